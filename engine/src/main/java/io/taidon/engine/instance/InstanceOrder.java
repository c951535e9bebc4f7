package io.taidon.engine.instance;

import io.taidon.core.state.StateId;
import io.taidon.engine.Lifetime;
import io.taidon.engine.postgres.PostgresHome;
import java.util.OptionalInt;

/**
 * An instance to be made.
 *
 * @param state what it begins as
 * @param home the PostgreSQL that serves it
 * @param durable whether its server syncs what it commits
 * @param port the TCP port it must have; a free one if empty
 * @param lifetime how long it lives and stays awake
 * @param named whether a name will lead to it
 */
public record InstanceOrder(
    StateId state,
    PostgresHome home,
    boolean durable,
    OptionalInt port,
    Lifetime lifetime,
    boolean named) {}
