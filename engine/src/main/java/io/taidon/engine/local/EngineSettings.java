package io.taidon.engine.local;

import io.taidon.engine.liquibase.WorkerCommand;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What an engine needs to know before it can read its own configuration.
 *
 * @param store the root of the store, absolute
 * @param postgresSets directories with shipped PostgreSQL binary sets
 * @param snapshotBackend a backend by name that goes before the configured one; {@code auto} probes
 * @param liquibaseWorker how the processes that read and apply changelogs are started
 * @param psql a psql that goes before those found on this machine, unless one is configured
 */
public record EngineSettings(
    Path store,
    List<Path> postgresSets,
    Optional<String> snapshotBackend,
    WorkerCommand liquibaseWorker,
    Optional<Path> psql) {
  public EngineSettings {
    postgresSets = List.copyOf(postgresSets);
  }
}
