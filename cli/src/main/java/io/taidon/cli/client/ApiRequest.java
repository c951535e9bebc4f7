package io.taidon.cli.client;

import java.util.Optional;

/**
 * A request to the Engine API.
 *
 * @param path with its query, for example {@code /v1/states?id_prefix=0123abcd}
 * @param ndjson whether a stream of lines is wanted
 * @param firstEvent the number of the first event wanted, for a {@code Range}
 */
public record ApiRequest(
    String method, String path, Optional<Json> body, boolean ndjson, Optional<Long> firstEvent) {

  public static ApiRequest of(String method, String path) {
    return new ApiRequest(method, path, Optional.empty(), false, Optional.empty());
  }

  public ApiRequest body(Json newBody) {
    return new ApiRequest(method, path, Optional.of(newBody), ndjson, firstEvent);
  }

  /** The same, answered by a stream of lines. */
  public ApiRequest streaming() {
    return new ApiRequest(method, path, body, true, firstEvent);
  }

  /** The same, from event {@code first} on. */
  public ApiRequest from(long first) {
    return new ApiRequest(method, path, body, ndjson, Optional.of(first));
  }
}
