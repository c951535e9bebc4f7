package io.taidon.engine.psql;

import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import io.taidon.engine.psql.ClientTools.Tool;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Runs psql or pgbench against an instance as the user asked, for {@code run:psql} and {@code
 * run:pgbench}: the user's arguments, but our connection. Makes no state.
 *
 * <p>Thread-safe.
 *
 * @param tool which program it is
 * @param program where it is
 */
public record ClientRun(Tool tool, Path program) {
  private static final int CHUNK_BYTES = 1 << 13;

  /** Gets what the program writes while it runs. */
  public interface Listener {
    /**
     * A piece of output, cut anywhere. Called from two threads, but for one stream from one.
     *
     * @param bytes the callee's to keep
     */
    void chunk(OutputLine.Stream stream, byte[] bytes);
  }

  /**
   * Runs the program to its end. Blocks; an interrupt kills it.
   *
   * @param args as the user gave them; {@code -d NAME} may choose another database of the instance
   * @param stdin a file with its standard input; empty for none
   * @return its own exit code
   * @throws TaidonException CONNECTION_OPTION_REFUSED; CANCELLED after an interrupt
   */
  public int run(
      List<String> args, Target target, Path workDir, Optional<Path> stdin, Listener listener) {
    ClientConnection.Chosen chosen = ClientConnection.check(tool, args);
    Target connected =
        chosen
            .database()
            .map(name -> new Target(target.socketDir(), target.port(), target.user(), name))
            .orElse(target);
    return ClientProcess.run(
        command(chosen.args(), connected),
        connected,
        workDir,
        stdin,
        in -> forward(in, OutputLine.Stream.STDOUT, listener),
        in -> forward(in, OutputLine.Stream.STDERR, listener));
  }

  private List<String> command(List<String> args, Target target) {
    List<String> command = new ArrayList<>(List.of(program.toString()));
    switch (tool) {
      case PSQL -> command.addAll(List.of("-X", "-w"));
      case PGBENCH ->
          command.addAll(
              List.of(
                  "-h",
                  target.socketDir(),
                  "-p",
                  Integer.toString(target.port()),
                  "-U",
                  target.user()));
    }
    command.addAll(args);
    return command;
  }

  private static void forward(InputStream in, OutputLine.Stream stream, Listener listener)
      throws IOException {
    byte[] buffer = new byte[CHUNK_BYTES];
    for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
      listener.chunk(stream, Arrays.copyOf(buffer, read));
    }
  }

  static TaidonException refused(String what) {
    return TaidonException.of(
            ErrorCode.CONNECTION_OPTION_REFUSED,
            what + " chooses a connection, and Taidon does that itself.")
        .remedy("Leave it out; -d NAME may name another database of the instance.");
  }
}
