package io.taidon.cli.client;

/** Something a watcher of a job has to react to. */
public sealed interface JobUpdate {

  /** An event of the job, as the server sent it; never the same one twice. */
  record Event(Json event) implements JobUpdate {}

  /** The job's last event was given. */
  record Over() implements JobUpdate {}

  /** The server is lost; {@code reason} says how. */
  record Lost(String reason) implements JobUpdate {}

  /** The user pressed Ctrl-C. */
  record Interrupted() implements JobUpdate {}

  /** The user typed a line. */
  record Typed(String line) implements JobUpdate {}
}
