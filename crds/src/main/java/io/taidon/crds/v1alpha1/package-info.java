/** The kinds of {@code taidon.io/v1alpha1}: what users write, and what they are told. */
@NullUnmarked
package io.taidon.crds.v1alpha1;

import org.jspecify.annotations.NullUnmarked;
