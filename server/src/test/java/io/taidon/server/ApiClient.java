package io.taidon.server;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Iterator;

/** A client of the server under test. */
public final class ApiClient {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private static final Duration PATIENCE = Duration.ofSeconds(15);

  private final URI base;
  private final String token;

  public ApiClient(URI base, String token) {
    this.base = base;
    this.token = token;
  }

  /** An answer with its body read. */
  public record Answer(int status, java.net.http.HttpHeaders headers, String text) {
    public JsonNode json() {
      return parse(text);
    }

    public String header(String name) {
      return headers.firstValue(name).orElse("");
    }
  }

  public static JsonNode parse(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new AssertionError("not JSON: " + text, e);
    }
  }

  public Answer get(String path, String... headers) {
    return send("GET", path, HttpRequest.BodyPublishers.noBody(), headers);
  }

  public Answer delete(String path) {
    return send("DELETE", path, HttpRequest.BodyPublishers.noBody());
  }

  public Answer post(String path) {
    return send("POST", path, HttpRequest.BodyPublishers.noBody());
  }

  public Answer post(String path, String body, String... headers) {
    return send("POST", path, HttpRequest.BodyPublishers.ofString(body), headers);
  }

  public Answer send(
      String method, String path, HttpRequest.BodyPublisher body, String... headers) {
    try {
      HttpResponse<String> response =
          HTTP.send(request(method, path, body, headers), HttpResponse.BodyHandlers.ofString());
      return new Answer(response.statusCode(), response.headers(), response.body());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** An answer whose lines are read as they come. */
  public Stream stream(String method, String path, String body, String... headers) {
    try {
      HttpRequest.BodyPublisher publisher =
          body.isEmpty()
              ? HttpRequest.BodyPublishers.noBody()
              : HttpRequest.BodyPublishers.ofString(body);
      var response =
          HTTP.send(
              request(method, path, publisher, headers), HttpResponse.BodyHandlers.ofInputStream());
      return new Stream(
          response.statusCode(),
          response.headers(),
          new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** Lines of JSON; closing it closes the connection. */
  public record Stream(int status, java.net.http.HttpHeaders headers, BufferedReader reader)
      implements AutoCloseable {
    public JsonNode line() {
      try {
        String line = reader.readLine();
        if (line == null) {
          throw new AssertionError("the stream has ended");
        }
        return parse(line);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    public boolean hasEnded() {
      try {
        return reader.readLine() == null;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    public Iterator<JsonNode> rest() {
      return reader.lines().map(ApiClient::parse).iterator();
    }

    @Override
    public void close() {
      try {
        reader.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private HttpRequest request(
      String method, String path, HttpRequest.BodyPublisher body, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(base.resolve(path))
            .timeout(PATIENCE)
            .method(method, body)
            .header("Authorization", "Bearer " + token);
    if (body.contentLength() != 0) {
      request.header("Content-Type", "application/json");
    }
    if (headers.length > 0) {
      for (int i = 0; i < headers.length; i += 2) {
        request.setHeader(headers[i], headers[i + 1]);
      }
    }
    return request.build();
  }

  /** A socket on which this request head was sent; lines end in CR LF by themselves. */
  public Socket raw(String... head) throws IOException {
    Socket socket = new Socket(base.getHost(), base.getPort());
    socket.setSoTimeout((int) PATIENCE.toMillis());
    String text = String.join("\r\n", head) + "\r\n\r\n";
    socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    socket.getOutputStream().flush();
    return socket;
  }

  /** All that the server answers to a raw request until it closes. */
  public String rawAnswer(String... head) throws IOException {
    try (Socket socket = raw(head)) {
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  public String authorization() {
    return "Authorization: Bearer " + token;
  }
}
