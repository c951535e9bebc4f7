/** What operator and gateway both have to know of the server of an instance. */
@NullMarked
package io.taidon.crds.instance;

import org.jspecify.annotations.NullMarked;
