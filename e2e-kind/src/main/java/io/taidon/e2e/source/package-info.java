/** Files for PrepareJobs, and a git server in the cluster that has them. */
@NullMarked
package io.taidon.e2e.source;

import org.jspecify.annotations.NullMarked;
