package io.taidon.cli.client;

import io.taidon.cli.CliException;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** Where a server listens, and the token that it wants. */
public record Endpoint(URI uri, String token) {

  /**
   * An endpoint as users write it.
   *
   * @throws CliException when it is not {@code http://host:port}
   */
  public static Endpoint parse(String text, String token) {
    try {
      URI uri = URI.create(text);
      if ("http".equals(uri.getScheme()) && uri.getHost() != null) {
        return new Endpoint(uri, token);
      }
    } catch (IllegalArgumentException e) {
      // Said below.
    }
    throw CliException.usage("'" + text + "' is no endpoint.")
        .remedy("Write http://127.0.0.1:PORT, or auto for the local server.");
  }

  /** Sends one request here and waits for the head of its answer. */
  public HttpAnswer send(ApiRequest request, Duration timeout) throws IOException {
    StringBuilder head = new StringBuilder(256);
    head.append(request.method()).append(' ').append(request.path()).append(" HTTP/1.1\r\n");
    head.append("Authorization: Bearer ").append(token).append("\r\n");
    head.append("Accept: ")
        .append(request.ndjson() ? "application/x-ndjson" : "application/json")
        .append("\r\n");
    request.firstEvent().ifPresent(first -> head.append("Range: events=" + first + "-\r\n"));
    request.body().ifPresent(body -> head.append("Content-Type: application/json\r\n"));
    byte[] body = request.body().map(Json::toString).orElse("").getBytes(StandardCharsets.UTF_8);
    return HttpConnection.exchange(uri, head.toString(), body, timeout);
  }

  /** Without the token, which must not be printed. */
  @Override
  public String toString() {
    return uri.toString();
  }
}
