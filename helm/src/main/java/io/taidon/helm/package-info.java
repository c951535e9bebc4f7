/** Installs the chart without the helm command. Not a part of the product. */
@NullMarked
package io.taidon.helm;

import org.jspecify.annotations.NullMarked;
