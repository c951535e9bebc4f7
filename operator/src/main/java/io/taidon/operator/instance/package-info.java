/** From a DbInstance to a server that answers: credentials, pod, idle stop, wake, expiry. */
@NullMarked
package io.taidon.operator.instance;

import org.jspecify.annotations.NullMarked;
