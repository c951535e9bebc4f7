package io.taidon.engine;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A client tool to run against an instance.
 *
 * @param instanceRef id, unambiguous id prefix of at least 8 digits, or name
 * @param tool which one
 * @param args its arguments, without connection options
 * @param stdin what it reads from standard input
 * @param workDir where it runs, so that it finds the user's files; absolute
 */
public record RunRequest(
    String instanceRef, Tool tool, List<String> args, Optional<byte[]> stdin, Path workDir) {
  public RunRequest {
    args = List.copyOf(args);
  }

  /** The client tools. */
  public enum Tool {
    PSQL,
    PGBENCH
  }

  /**
   * Takes what the tool writes while it runs, in order per stream. Called by one thread at a time.
   */
  public interface Output {
    void stdout(byte[] bytes, int length);

    void stderr(byte[] bytes, int length);

    /** Something to tell the user besides the tool's own output, one line. */
    void note(String line);
  }
}
