package io.taidon.cli.server;

import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.BooleanSupplier;

/** Reads what the server wrote to its standard streams. */
public final class ServerLog {
  private static final int TAIL_BYTES = 64 * 1024;
  private static final long POLL_MILLIS = 100;

  private ServerLog() {}

  /** The last lines, none when there is no log. */
  public static List<String> tail(Path log, int count) {
    if (!Files.exists(log)) {
      return List.of();
    }
    try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "r")) {
      long start = Math.max(0, file.length() - TAIL_BYTES);
      file.seek(start);
      byte[] bytes = new byte[(int) (file.length() - start)];
      file.readFully(bytes);
      List<String> lines = new String(bytes, StandardCharsets.UTF_8).lines().toList();
      return lines.subList(Math.max(0, lines.size() - count), lines.size());
    } catch (IOException e) {
      return List.of();
    }
  }

  /** Copies what is appended from now on, while {@code goOn}. */
  public static void follow(Path log, OutputStream out, BooleanSupplier goOn)
      throws IOException, InterruptedException {
    long position = Files.exists(log) ? Files.size(log) : 0;
    while (goOn.getAsBoolean()) {
      Thread.sleep(POLL_MILLIS);
      if (!Files.exists(log)) {
        continue;
      }
      try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "r")) {
        // A new server begins a new file.
        position = Math.min(position, file.length());
        file.seek(position);
        byte[] bytes = new byte[(int) Math.min(TAIL_BYTES, file.length() - position)];
        file.readFully(bytes);
        out.write(bytes);
        out.flush();
        position += bytes.length;
      }
    }
  }
}
