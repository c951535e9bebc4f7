package io.taidon.engine.store;

import io.taidon.core.state.StateId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Random;

/** Values for tests of the store. */
final class StoreSamples {
  static final Instant NOW = Instant.parse("2026-01-02T03:04:05.678Z");
  static final InstantSource CLOCK = InstantSource.fixed(NOW);
  static final BootId BOOT = new BootId("boot-1");
  static final EngineDescription ENGINE =
      new EngineDescription("17.11", "{\"kind\":\"native\",\"block_size\":8192}");

  private StoreSamples() {}

  static StoreLayout layout(Path root) {
    return new StoreLayout(root.resolve("store")).create(false);
  }

  static StateId stateId(long seed) {
    Random random = new Random(seed);
    StringBuilder hex = new StringBuilder();
    while (hex.length() < 64) {
      hex.append(Character.forDigit(random.nextInt(16), 16));
    }
    return new StateId(hex.toString());
  }

  static StateRecord state(StateId id, Optional<StateId> parent) {
    return state(id, parent, NOW);
  }

  static StateRecord state(StateId id, Optional<StateId> parent, Instant created) {
    return new StateRecord(
        id,
        parent,
        parent.isEmpty() ? StateKind.BASE : StateKind.PSQL,
        ENGINE,
        "btrfs",
        "-f schema.sql",
        "-f schema.sql -v x=\"ü\"",
        created,
        12_345,
        "",
        67,
        created,
        0,
        false,
        BOOT);
  }

  /** Puts the directory of a state in its place, as a builder does before it registers it. */
  static void putDirectory(StoreLayout layout, StateId id) {
    try {
      Files.createDirectories(layout.state(id));
      Files.writeString(layout.state(id).resolve("PG_VERSION"), "17\n");
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  static StateId registered(StoreLayout layout, Registry registry, long seed) {
    StateId id = stateId(seed);
    putDirectory(layout, id);
    registry.states().register(state(id, Optional.empty()));
    return id;
  }

  static InstanceRecord instance(StateId state) {
    return InstanceRecord.creating(
        InstanceId.random(),
        state,
        SessionId.random(),
        "btrfs",
        "17.11",
        "/usr/lib/postgresql/17",
        false,
        NOW);
  }

  static JobRecord job(Instant created) {
    return JobRecord.queued(
        JobId.random(), "psql", "{\"psql_args\":[]}", false, SessionId.random(), created);
  }

  static JobEvent.Draft log(String text) {
    return new JobEvent.Draft(EventType.LOG, "{\"message\":\"" + text + "\"}");
  }
}
