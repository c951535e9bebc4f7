package io.taidon.engine.psql;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/** Splits a stream into lines of bounded length. Not thread-safe. */
final class LineSplitter {
  private static final int MAX_LINE_BYTES = 8192;
  private static final int BUFFER_BYTES = 1 << 14;

  private final Consumer<String> lines;
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();
  private boolean cut;

  private LineSplitter(Consumer<String> lines) {
    this.lines = lines;
  }

  /** Reads to the end of the stream. */
  static void split(InputStream in, Consumer<String> lines) throws IOException {
    LineSplitter splitter = new LineSplitter(lines);
    byte[] buffer = new byte[BUFFER_BYTES];
    for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
      splitter.add(buffer, read);
    }
    if (splitter.line.size() > 0) {
      splitter.end();
    }
  }

  private void add(byte[] bytes, int length) {
    int start = 0;
    for (int i = 0; i < length; i++) {
      if (bytes[i] == '\n') {
        append(bytes, start, i);
        end();
        start = i + 1;
      }
    }
    append(bytes, start, length);
  }

  private void append(byte[] bytes, int from, int to) {
    int taken = Math.min(to - from, MAX_LINE_BYTES - line.size());
    line.write(bytes, from, taken);
    cut |= taken < to - from;
  }

  private void end() {
    lines.accept(line.toString(StandardCharsets.UTF_8) + (cut ? "…" : ""));
    line.reset();
    cut = false;
  }
}
