/**
 * What the pods of a prepare and the operator tell each other: the request, the manifest of its
 * steps, and how a pod ended. Their JSON forms are versioned; the mapping to JSON is on either
 * side.
 */
@NullMarked
package io.taidon.core.segment;

import org.jspecify.annotations.NullMarked;
