package io.taidon.cli.client;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Reads an answer's body as one JSON value a line. Not thread-safe, but for {@link #close}. */
public final class NdjsonReader implements Closeable {
  private final HttpAnswer answer;
  private final BufferedReader lines;

  public NdjsonReader(HttpAnswer answer) {
    this.answer = answer;
    this.lines = new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8));
  }

  /** The next value, waiting for it; empty at the end. */
  public Optional<Json> next() throws IOException {
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      if (!line.isBlank()) {
        return Optional.of(Json.parse(line));
      }
    }
    return Optional.empty();
  }

  /** Waits for each next value as long as it takes, where silence means nothing. */
  public void unlimitedSilence() throws IOException {
    answer.readTimeoutMillis(0);
  }

  @Override
  public void close() throws IOException {
    answer.close();
  }
}
