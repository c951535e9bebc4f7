package io.taidon.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/**
 * The standard streams of one run of {@code sqlrs}, and which of them are terminals.
 *
 * @param columns width of the terminal; what output that is no terminal is fitted to is not decided
 *     here
 */
public record Streams(
    InputStream in,
    PrintStream out,
    PrintStream err,
    boolean inIsTerminal,
    boolean outIsTerminal,
    boolean errIsTerminal,
    int columns) {

  /** Width assumed where the terminal does not tell. */
  public static final int DEFAULT_COLUMNS = 80;

  /**
   * The process's own streams, in UTF-8 whatever the locale says. The launcher tells with system
   * property {@code sqlrs.tty} which descriptors are terminals: a shell knows at once, a JVM would
   * have to load a console library.
   */
  public static Streams ofProcess() {
    String terminals = System.getProperty("sqlrs.tty", "");
    return new Streams(
        System.in,
        utf8(FileDescriptor.out),
        utf8(FileDescriptor.err),
        terminals.contains("0"),
        terminals.contains("1"),
        terminals.contains("2"),
        Integer.getInteger("sqlrs.columns", DEFAULT_COLUMNS));
  }

  private static PrintStream utf8(FileDescriptor descriptor) {
    return new PrintStream(new FileOutputStream(descriptor), false, StandardCharsets.UTF_8);
  }
}
