/**
 * The operator: watches the kinds of {@code taidon.io} and brings about what they ask for. It
 * decides with core, never parses scripts and never runs SQL.
 */
@NullMarked
package io.taidon.operator;

import org.jspecify.annotations.NullMarked;
