/** How long a DbInstance takes beside a bare PostgreSQL pod. */
@NullMarked
package io.taidon.e2e.bench;

import org.jspecify.annotations.NullMarked;
