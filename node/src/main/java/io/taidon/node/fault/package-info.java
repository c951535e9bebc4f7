/** The moments at which the plugin's death is most interesting. */
@NullMarked
package io.taidon.node.fault;

import org.jspecify.annotations.NullMarked;
