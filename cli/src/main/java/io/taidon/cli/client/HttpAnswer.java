package io.taidon.cli.client;

import io.taidon.cli.CliException;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

/**
 * An answer whose head has arrived and whose body may still be coming. Closing it ends the
 * connection, from any thread.
 *
 * @param headers by lower-case name
 */
public record HttpAnswer(int status, Map<String, String> headers, InputStream body, Socket socket)
    implements Closeable {

  public boolean isSuccess() {
    return status >= 200 && status < 300;
  }

  public Optional<String> header(String lowerCaseName) {
    return Optional.ofNullable(headers.get(lowerCaseName));
  }

  /** The whole body as JSON; an empty body is an empty object. Closes the answer. */
  public Json json() throws IOException {
    try (this) {
      String text = new String(body.readAllBytes(), StandardCharsets.UTF_8);
      return text.isBlank() ? Json.object() : Json.parse(text);
    }
  }

  /** What the server says went wrong. Closes the answer. */
  public CliException failure() throws IOException {
    Json error;
    try {
      error = json();
    } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
      error = Json.object();
    }
    return EngineClient.failure(error, "The server answered with HTTP status " + status + ".");
  }

  /** Limits the wait for each next byte; zero is no limit. */
  public void readTimeoutMillis(int millis) throws IOException {
    socket.setSoTimeout(millis);
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
