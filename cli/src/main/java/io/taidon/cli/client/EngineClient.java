package io.taidon.cli.client;

import io.taidon.cli.CliException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The Engine API v1 as calls. Every failure is a {@link CliException}: what the server said, or
 * {@code server_unavailable} when it said nothing.
 */
public final class EngineClient {
  private final Transport transport;

  public EngineClient(Transport transport) {
    this.transport = transport;
  }

  public Json get(String path) {
    return call(ApiRequest.of("GET", path));
  }

  /** What {@code path} holds, or empty when there is no such thing. */
  public Optional<Json> find(String path) {
    try {
      return Optional.of(get(path));
    } catch (CliException e) {
      if (e.code().equals("not_found")) {
        return Optional.empty();
      }
      throw e;
    }
  }

  public Json post(String path, Json body) {
    return call(ApiRequest.of("POST", path).body(body));
  }

  public Json patch(String path, Json body) {
    return call(ApiRequest.of("PATCH", path).body(body));
  }

  public Json delete(String path) {
    return call(ApiRequest.of("DELETE", path));
  }

  /** Deletes, and gives the delete result also where the deletion is blocked. */
  public Json deleteOrBlocked(String path) {
    return exchange(
        ApiRequest.of("DELETE", path),
        answer -> {
          if (answer.isSuccess()) {
            return answer.json();
          }
          Json body = answer.json();
          if (body.get("outcome").isPresent()) {
            return body;
          }
          throw failure(body, "The server answered with HTTP status " + answer.status() + ".");
        });
  }

  /** Opens a stream of lines. */
  public NdjsonReader stream(ApiRequest request) {
    return exchange(
        request.streaming(),
        answer -> {
          if (!answer.isSuccess()) {
            throw answer.failure();
          }
          return new NdjsonReader(answer);
        });
  }

  /** The answer to a request, for callers that treat a lost server themselves. */
  HttpAnswer sendToRunning(ApiRequest request) throws IOException {
    return transport.sendToRunning(request);
  }

  private Json call(ApiRequest request) {
    return exchange(
        request,
        answer -> {
          if (!answer.isSuccess()) {
            throw answer.failure();
          }
          return answer.json();
        });
  }

  private <T> T exchange(ApiRequest request, Reading<T> reading) {
    try {
      return reading.read(transport.send(request));
    } catch (SocketTimeoutException e) {
      throw CliException.serverUnavailable("The server did not answer in time.")
          .remedy("Give it longer with --timeout, or see `sqlrs server logs`.");
    } catch (IOException e) {
      throw CliException.serverUnavailable("The server does not answer: " + reason(e) + ".")
          .remedy("Run the same command again; `sqlrs server logs` says what happened.");
    }
  }

  private static String reason(IOException e) {
    String message = e.getMessage();
    return message == null ? e.getClass().getSimpleName() : message;
  }

  /** An error object of the API as an exception; {@code fallback} is said when it says nothing. */
  public static CliException failure(Json error, String fallback) {
    CliException failure =
        CliException.of(
            error.text("code").orElse("internal_error"), error.text("message").orElse(fallback));
    for (Map.Entry<String, Json> detail : error.get("details").fields().entrySet()) {
      failure = failure.with(detail.getKey(), detail.getValue().text().orElse(""));
    }
    Optional<String> remedy = error.text("remedy");
    return remedy.isPresent() ? failure.remedy(remedy.get()) : failure;
  }

  /** A path with the parameters that have a value. */
  public static String path(String path, Map<String, String> parameters) {
    StringBuilder whole = new StringBuilder(path);
    char separator = '?';
    for (Map.Entry<String, String> parameter : new LinkedHashMap<>(parameters).entrySet()) {
      if (!parameter.getValue().isEmpty()) {
        whole.append(separator).append(parameter.getKey()).append('=');
        whole.append(encoded(parameter.getValue()));
        separator = '&';
      }
    }
    return whole.toString();
  }

  /** A text that users gave as one segment of a path or a value of a query. */
  public static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  @FunctionalInterface
  private interface Reading<T> {
    T read(HttpAnswer answer) throws IOException;
  }
}
