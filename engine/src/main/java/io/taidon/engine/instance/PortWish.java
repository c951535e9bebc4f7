package io.taidon.engine.instance;

import java.util.OptionalInt;

/**
 * A port that is wanted.
 *
 * @param required whether another one will not do
 */
record PortWish(OptionalInt port, boolean required) {}
