/** Programs that people use, in front of a gateway and a plain PostgreSQL of the distribution. */
@NullMarked
package io.taidon.gateway.clients;

import org.jspecify.annotations.NullMarked;
