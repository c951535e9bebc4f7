package io.taidon.engine.store;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.taidon.core.error.TaidonException;
import io.taidon.core.state.StateId;
import io.taidon.engine.Lifetime;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** The form of {@code instances/<instance id>/instance.json}: the instance and the names it has. */
record InstanceSidecar(InstanceRecord instance, List<InstanceName> names) {
  private static final String FORM = "taidon-instance-v1";

  /** Writes the file, and makes its directory when it is missing. */
  void write(StoreLayout layout) {
    try {
      if (!Files.isDirectory(layout.instance(instance.id()))) {
        Files.createDirectory(layout.instance(instance.id()));
        Files.setPosixFilePermissions(
            layout.instance(instance.id()), Files.getPosixFilePermissions(layout.instances()));
      }
    } catch (IOException e) {
      throw StoreFailure.of(layout.instance(instance.id()), "make the directory", e);
    }
    Sidecar.write(layout.instanceSidecar(instance.id()), json(), instance.durable());
  }

  /**
   * @throws IOException where the file is not the description of this instance
   */
  static InstanceSidecar read(StoreLayout layout, InstanceId id) throws IOException {
    JsonNode json = Sidecar.read(layout.instanceSidecar(id), FORM);
    Fields fields = new Fields(json);
    try {
      OptionalLong port = fields.optionalNumber("port");
      InstanceRecord instance =
          new InstanceRecord(
              new InstanceId(fields.text("id")),
              new StateId(fields.text("state")),
              fields.word(InstanceStatus.class, "status"),
              fields.optionalText("owner").map(SessionId::new),
              fields.optionalNumber("pid"),
              port.isPresent()
                  ? OptionalInt.of(Math.toIntExact(port.getAsLong()))
                  : OptionalInt.empty(),
              fields.text("backend"),
              fields.time("created_at"),
              fields.time("last_used_at"),
              fields.optionalTime("expires_at"),
              fields.flag("durable"),
              fields.text("server_version"),
              fields.text("server_home"),
              new Timeline(fields.numbers("timeline")),
              new Lifetime(
                  fields.optionalMillis("ttl_millis"),
                  fields.optionalMillis("idle_timeout_millis")),
              fields.optionalFlag("asleep"));
      if (!instance.id().equals(id)) {
        throw new IOException("describes another instance");
      }
      List<InstanceName> names = new ArrayList<>();
      for (String name : fields.texts("names")) {
        names.add(new InstanceName(name));
      }
      return new InstanceSidecar(instance, names);
    } catch (IllegalArgumentException | ArithmeticException | TaidonException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  static String timelineJson(Timeline timeline) {
    return Sidecar.text(timelineNode(timeline));
  }

  private static ObjectNode timelineNode(Timeline timeline) {
    ObjectNode node = Sidecar.object();
    timeline.microsByStation().forEach(node::put);
    return node;
  }

  private ObjectNode json() {
    ObjectNode json =
        Sidecar.object()
            .put(Sidecar.FORM_FIELD, FORM)
            .put("id", instance.id().hex())
            .put("state", instance.state().hex())
            .put("status", instance.status().wireName());
    instance.owner().ifPresent(owner -> json.put("owner", owner.hex()));
    instance.pid().ifPresent(pid -> json.put("pid", pid));
    instance.port().ifPresent(port -> json.put("port", port));
    json.put("backend", instance.backend())
        .put("created_at", instance.createdAt().toString())
        .put("last_used_at", instance.lastUsedAt().toString());
    instance.expiresAt().ifPresent(time -> json.put("expires_at", time.toString()));
    instance.lifetime().ttl().ifPresent(time -> json.put("ttl_millis", time.toMillis()));
    instance
        .lifetime()
        .idleTimeout()
        .ifPresent(time -> json.put("idle_timeout_millis", time.toMillis()));
    json.put("asleep", instance.asleep())
        .put("durable", instance.durable())
        .put("server_version", instance.serverVersion())
        .put("server_home", instance.serverHome())
        .set("timeline", timelineNode(instance.timeline()));
    ArrayNode list = json.putArray("names");
    names.forEach(name -> list.add(name.text()));
    return json;
  }
}
