package io.taidon.server.entry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import io.taidon.server.error.Errors;
import io.taidon.server.life.Activity;
import io.taidon.server.life.ServerIdentity;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What every request passes before a route sees it: it must be addressed to a loopback host, must
 * not come from another site's page, and must bring the token; then it counts as in flight until
 * its answer is sent or its client is gone.
 *
 * <p>A browser is no way in: a page whose name is rebound to 127.0.0.1 still sends its own {@code
 * Host}, and a cross-site request its own {@code Origin}.
 */
@Singleton
public final class Gate {
  private static final int BEFORE_ALL_ROUTES = 1_000;
  private static final Pattern LOOPBACK_HOST =
      Pattern.compile(
          "(localhost|127(\\.\\d{1,3}){3}|\\[::1])(:\\d{1,5})?", Pattern.CASE_INSENSITIVE);
  private static final long LINGER_MILLIS = 1_000;
  private static final String BEARER = "Bearer ";

  private final ServerIdentity identity;
  private final Activity activity;
  private final ObjectMapper json;

  @Inject
  Gate(ServerIdentity identity, Activity activity, ObjectMapper json) {
    this.identity = identity;
    this.activity = activity;
    this.json = json;
  }

  void register(@Observes Filters filters) {
    filters.register(this::enter, BEFORE_ALL_ROUTES);
  }

  private void enter(RoutingContext exchange) {
    Optional<TaidonException> refusal = refusal(exchange.request());
    if (refusal.isPresent()) {
      refuse(exchange, refusal.get());
      return;
    }
    if (!activity.begin()) {
      refuse(exchange, TaidonException.of(ErrorCode.SERVER_UNAVAILABLE, "The server is stopping."));
      return;
    }
    exchange.addEndHandler(end -> activity.end());
    exchange.next();
  }

  private Optional<TaidonException> refusal(HttpServerRequest request) {
    String host = Optional.ofNullable(request.getHeader("Host")).orElse("");
    if (!LOOPBACK_HOST.matcher(host).matches()) {
      return Optional.of(
          forbidden("The request's Host header must be the loopback address of the server."));
    }
    String origin = request.getHeader("Origin");
    if (origin != null && !origin.equalsIgnoreCase("http://" + host)) {
      return Optional.of(forbidden("The request comes from a page of another site."));
    }
    if (!isHealth(request) && !hasToken(request)) {
      return Optional.of(
          TaidonException.of(
                  ErrorCode.UNAUTHORIZED, "The request's bearer token is missing or wrong.")
              .remedy("Send the authToken of the engine.json of the running server."));
    }
    return contentLength(request) > BodyLimit.BYTES
        ? Optional.of(BodyLimit.tooLarge())
        : Optional.empty();
  }

  private static TaidonException forbidden(String sentence) {
    return TaidonException.of(ErrorCode.FORBIDDEN, sentence);
  }

  private static boolean isHealth(HttpServerRequest request) {
    return request.method() == HttpMethod.GET && "/v1/health".equals(request.path());
  }

  private boolean hasToken(HttpServerRequest request) {
    String header = Optional.ofNullable(request.getHeader("Authorization")).orElse("");
    return header.regionMatches(true, 0, BEARER, 0, BEARER.length())
        && identity.isToken(header.substring(BEARER.length()).strip());
  }

  /** Netty has refused what is not a number. */
  private static long contentLength(HttpServerRequest request) {
    String length = request.getHeader("Content-Length");
    return length == null ? 0 : Long.parseLong(length);
  }

  private void refuse(RoutingContext exchange, TaidonException reason) {
    HttpServerResponse response = exchange.response();
    response.setStatusCode(reason.code().httpStatus());
    response.putHeader("Content-Type", "application/json;charset=UTF-8");
    if (reason.code() == ErrorCode.UNAUTHORIZED) {
      response.putHeader("WWW-Authenticate", "Bearer");
    }
    dropUnreadBody(exchange);
    response.end(body(reason));
  }

  /**
   * Gives the client a moment to read the answer before its unfinished upload is cut off: a reset
   * at once could take the answer with it.
   */
  private static void dropUnreadBody(RoutingContext exchange) {
    HttpServerRequest request = exchange.request();
    if (request.isEnded()) {
      return;
    }
    request.resume();
    exchange.response().putHeader("Connection", "close");
    exchange
        .vertx()
        .setTimer(
            LINGER_MILLIS,
            timer -> {
              if (!request.isEnded()) {
                request.connection().close();
              }
            });
  }

  private String body(TaidonException reason) {
    try {
      return json.writeValueAsString(Errors.of(reason));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
