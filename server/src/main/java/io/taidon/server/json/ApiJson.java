package io.taidon.server.json;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.cfg.EnumFeature;
import com.fasterxml.jackson.databind.type.LogicalType;
import io.quarkus.jackson.ObjectMapperCustomizer;
import io.taidon.engine.JobView.ErrorView;
import io.taidon.server.entry.BodyLimit;
import jakarta.inject.Singleton;

/**
 * JSON as the contract has it: snake case, RFC 3339 times, lower-case enums, absent values absent.
 * Reading is strict: unknown and duplicate fields, wrong types and trailing text are mistakes.
 */
@Singleton
public final class ApiJson implements ObjectMapperCustomizer {

  @Override
  public void customize(ObjectMapper mapper) {
    writing(mapper);
    reading(mapper);
  }

  @SuppressWarnings("deprecation") // There is no builder to configure: the mapper exists already.
  private static void writing(ObjectMapper mapper) {
    mapper.setPropertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE);
    mapper.setDefaultPropertyInclusion(JsonInclude.Include.NON_ABSENT);
    mapper.addMixIn(ErrorView.class, WithoutEmpty.class);
    mapper.disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS);
    mapper.configure(EnumFeature.WRITE_ENUMS_TO_LOWERCASE, true);
  }

  @SuppressWarnings("deprecation")
  private static void reading(ObjectMapper mapper) {
    mapper.enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);
    mapper.enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    mapper.enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES);
    mapper.disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT);
    mapper.disable(MapperFeature.ALLOW_COERCION_OF_SCALARS);
    for (CoercionInputShape shape :
        new CoercionInputShape[] {
          CoercionInputShape.Integer, CoercionInputShape.Float, CoercionInputShape.Boolean
        }) {
      mapper.coercionConfigFor(LogicalType.Textual).setCoercion(shape, CoercionAction.Fail);
    }
    mapper.getFactory().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION.mappedFeature());
    // A script may be one string as long as a whole body; Jackson's own limit is 20 million.
    mapper
        .getFactory()
        .setStreamReadConstraints(
            StreamReadConstraints.builder()
                .maxStringLength(BodyLimit.BYTES)
                .maxNestingDepth(100)
                .build());
  }

  /** An error without details or remedy has neither field. */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  private interface WithoutEmpty {}
}
