package io.taidon.engine.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.taidon.core.state.StateId;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** The form of {@code states/<state id>.json}. */
final class StateSidecar {
  private static final String FORM = "taidon-state-v1";
  private static final String ORIGIN_FIELD = "origin";

  private StateSidecar() {}

  static void write(StoreLayout layout, StateRecord state, Optional<String> origin) {
    Sidecar.write(layout.stateSidecar(state.id()), json(state, origin), state.durable());
  }

  /** Beside its place and not synced: the caller does both for many at once. */
  static Path stage(StoreLayout layout, StateRecord state, Optional<String> origin) {
    return Sidecar.stage(layout.stateSidecar(state.id()), json(state, origin), false);
  }

  /** What made the state, in the form of {@link OriginJson}; empty where nobody knows. */
  static Optional<String> origin(StoreLayout layout, StateId id) {
    try {
      JsonNode origin = Sidecar.read(layout.stateSidecar(id), FORM).path(ORIGIN_FIELD);
      return origin.isObject() ? Optional.of(Sidecar.text(origin)) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /**
   * @throws IOException where the file is not the description of this state
   */
  static StateRecord read(StoreLayout layout, StateId id) throws IOException {
    JsonNode json = Sidecar.read(layout.stateSidecar(id), FORM);
    Fields fields = new Fields(json);
    try {
      StateRecord state =
          new StateRecord(
              new StateId(fields.text("id")),
              fields.optionalText("parent").map(StateId::new),
              fields.word(StateKind.class, "kind"),
              new EngineDescription(fields.text("engine_version"), fields.text("engine_identity")),
              fields.text("backend"),
              fields.text("label"),
              fields.text("args_normalized"),
              fields.time("created_at"),
              fields.number("size_bytes"),
              json.path("fingerprint").asText(),
              fields.number("build_millis"),
              fields.time("last_used_at"),
              fields.number("use_count"),
              fields.flag("durable"),
              new BootId(fields.text("boot_id")));
      if (!state.id().equals(id)) {
        throw new IOException("describes another state");
      }
      return state;
    } catch (IllegalArgumentException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  private static ObjectNode json(StateRecord state, Optional<String> origin) {
    ObjectNode json = json(state);
    if (origin.isPresent()) {
      try {
        json.set(ORIGIN_FIELD, Sidecar.parse(origin.get()));
      } catch (JsonProcessingException e) {
        throw new IllegalStateException("our own records are JSON", e);
      }
    }
    return json;
  }

  private static ObjectNode json(StateRecord state) {
    ObjectNode json = Sidecar.object().put(Sidecar.FORM_FIELD, FORM).put("id", state.id().hex());
    state.parent().ifPresent(parent -> json.put("parent", parent.hex()));
    return json.put("kind", state.kind().wireName())
        .put("engine_version", state.engine().version())
        .put("engine_identity", state.engine().identityJson())
        .put("backend", state.backend())
        .put("label", state.label())
        .put("args_normalized", state.argsNormalized())
        .put("created_at", state.createdAt().toString())
        .put("size_bytes", state.sizeBytes())
        .put("fingerprint", state.fingerprint())
        .put("build_millis", state.buildMillis())
        .put("last_used_at", state.lastUsedAt().toString())
        .put("use_count", state.useCount())
        .put("durable", state.durable())
        .put("boot_id", state.bootId().text());
  }
}
