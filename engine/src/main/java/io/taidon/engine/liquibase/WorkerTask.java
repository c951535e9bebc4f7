package io.taidon.engine.liquibase;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;

/** What a worker process is told, one line of JSON each. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "task")
@JsonSubTypes({
  @JsonSubTypes.Type(value = WorkerTask.Open.class, name = "open"),
  @JsonSubTypes.Type(value = WorkerTask.Apply.class, name = "apply"),
  @JsonSubTypes.Type(value = WorkerTask.Disconnect.class, name = "disconnect")
})
public sealed interface WorkerTask {

  /**
   * Read a changelog, answer with its manifest, and keep it for what follows.
   *
   * @param root the workspace, a real path
   * @param maxBytes how much all its files may hold together
   */
  record Open(String root, ChangelogRequest request, long maxBytes) implements WorkerTask {}

  /**
   * Apply changesets of the open changelog.
   *
   * @param from index of the first in the manifest
   * @param to index after the last
   * @param socket path of the server's Unix socket
   */
  record Apply(int from, int to, String socket, String user, String database)
      implements WorkerTask {}

  /** Close the connection that {@link Apply} left open. */
  record Disconnect() implements WorkerTask {}
}
