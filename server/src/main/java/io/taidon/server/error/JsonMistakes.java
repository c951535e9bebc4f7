package io.taidon.server.error;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.exc.InputCoercionException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** What is wrong with a request's JSON, in words that name the field or the place. */
final class JsonMistakes {
  private JsonMistakes() {}

  static TaidonException explain(JsonProcessingException failure) {
    return switch (failure) {
      case UnrecognizedPropertyException unknown -> unknownField(unknown);
      case MismatchedInputException mismatch when !mismatch.getPath().isEmpty() ->
          wrongType(mismatch);
      case MismatchedInputException mismatch ->
          TaidonException.of(
              ErrorCode.INVALID_ARGUMENT, "The request's body must be one JSON object.");
      case JsonMappingException mapping when mapping.getCause() instanceof InputCoercionException ->
          outOfRange(mapping);
      default -> malformed(failure);
    };
  }

  private static TaidonException unknownField(UnrecognizedPropertyException failure) {
    String field = fieldPath(failure);
    String known =
        failure.getKnownPropertyIds().stream()
            .map(String::valueOf)
            .sorted()
            .collect(Collectors.joining(", "));
    return Errors.invalid(field, "The request has no field \"" + field + "\".")
        .remedy("Its fields are " + known + ".");
  }

  private static TaidonException wrongType(MismatchedInputException failure) {
    String field = fieldPath(failure);
    return Errors.invalid(
        field, "The field \"" + field + "\" must be " + expected(failure.getTargetType()) + ".");
  }

  private static TaidonException outOfRange(JsonMappingException failure) {
    String field = fieldPath(failure);
    return Errors.invalid(field, "The field \"" + field + "\" is a number out of range.");
  }

  private static String expected(Class<?> type) {
    if (type == null) {
      return "of another type";
    }
    if (CharSequence.class.isAssignableFrom(type)) {
      return "a string";
    }
    if (type == Boolean.class || type == boolean.class) {
      return "true or false";
    }
    if (type == Integer.class || type == int.class || type == Long.class || type == long.class) {
      return "a whole number";
    }
    return Collection.class.isAssignableFrom(type) ? "an array" : "of another type";
  }

  /** For example {@code psql_args[2]}. */
  private static String fieldPath(JsonMappingException failure) {
    List<JsonMappingException.Reference> path = failure.getPath();
    StringBuilder text = new StringBuilder();
    for (JsonMappingException.Reference step : path) {
      String name = step.getFieldName();
      if (name == null) {
        text.append('[').append(step.getIndex()).append(']');
      } else {
        text.append(text.isEmpty() ? "" : ".").append(name);
      }
    }
    return text.toString();
  }

  private static TaidonException malformed(JsonProcessingException failure) {
    TaidonException mistake =
        TaidonException.of(ErrorCode.INVALID_ARGUMENT, "The request's body is not valid JSON.");
    JsonLocation place = failure.getLocation();
    return Optional.ofNullable(place)
        .map(at ->
            mistake
                .with("line", String.valueOf(at.getLineNr()))
                .with("column", String.valueOf(at.getColumnNr())))
        .orElse(mistake);
  }
}
