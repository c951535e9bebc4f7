package io.taidon.server.error;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import io.taidon.engine.JobView.ErrorView;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** Turns whatever a route throws into the error body of the contract. */
public final class ErrorMappers {

  @ServerExceptionMapper
  Response taidon(TaidonException failure) {
    Response.ResponseBuilder response = response(failure.code().httpStatus(), Errors.of(failure));
    if (failure.code() == ErrorCode.REQUEST_TOO_LARGE) {
      response.header("Connection", "close");
    }
    return response.build();
  }

  @ServerExceptionMapper
  Response mistyped(MismatchedInputException failure) {
    return malformed(failure);
  }

  @ServerExceptionMapper
  Response malformed(JsonProcessingException failure) {
    return known(failure).orElseGet(() -> taidon(JsonMistakes.explain(failure)));
  }

  /** The body did not arrive whole. */
  @ServerExceptionMapper
  Response broken(IOException failure) {
    return known(failure)
        .orElseGet(() ->
            taidon(
                TaidonException.of(
                    ErrorCode.INVALID_ARGUMENT, "The request's body did not arrive whole.")));
  }

  @ServerExceptionMapper
  Response http(WebApplicationException failure, ContainerRequestContext request) {
    return known(failure).orElseGet(() -> byStatus(failure, request));
  }

  @ServerExceptionMapper
  Response unforeseen(Throwable failure) {
    return known(failure)
        .orElseGet(() ->
            response(ErrorCode.INTERNAL_ERROR.httpStatus(), Errors.unforeseen(failure)).build());
  }

  /** What the framework or Jackson wrapped on its way here. */
  private Optional<Response> known(Throwable failure) {
    return cause(failure, TaidonException.class)
        .or(() -> cause(failure, JsonProcessingException.class).map(JsonMistakes::explain))
        .map(this::taidon);
  }

  private static <T extends Throwable> Optional<T> cause(Throwable failure, Class<T> type) {
    for (Throwable cause = failure.getCause(); cause != null; cause = cause.getCause()) {
      if (type.isInstance(cause)) {
        return Optional.of(type.cast(cause));
      }
    }
    return Optional.empty();
  }

  private static Response byStatus(
      WebApplicationException failure, ContainerRequestContext request) {
    int status = failure.getResponse().getStatus();
    String route = request.getMethod() + " " + request.getUriInfo().getPath();
    if (status >= 500) {
      return response(status, Errors.unforeseen(failure)).build();
    }
    ErrorCode code = status == 404 ? ErrorCode.NOT_FOUND : ErrorCode.INVALID_ARGUMENT;
    String sentence =
        switch (status) {
          case 404 -> route + " is not a route of this API.";
          case 405 -> route + " is not a route of this API; its path takes other methods.";
          case 406 ->
              route
                  + " answers in application/json, and lists and streams in application/x-ndjson.";
          case 415 -> route + " wants its body as application/json.";
          default -> route + " was not understood.";
        };
    Response.ResponseBuilder response =
        response(status, new ErrorView(code.wireCode(), sentence, Map.of(), Optional.empty()));
    Optional.ofNullable(failure.getResponse().getHeaderString("Allow"))
        .ifPresent(allow -> response.header("Allow", allow));
    return response.build();
  }

  private static Response.ResponseBuilder response(int status, ErrorView body) {
    return Response.status(status).type(MediaType.APPLICATION_JSON_TYPE).entity(body);
  }
}
