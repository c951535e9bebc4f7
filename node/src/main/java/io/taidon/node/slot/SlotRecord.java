package io.taidon.node.slot;

import io.taidon.core.error.TaidonException;
import io.taidon.core.state.StateId;
import io.taidon.node.name.Namespace;
import io.taidon.node.name.Refusals;
import io.taidon.node.name.Uid;
import io.taidon.node.name.VolumeId;
import io.taidon.node.pool.Pool;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What a restarted plugin must know of a volume: the order, and how many of its states a build has
 * sealed. Lines of {@code key=value} in {@code <slot>/record}, under the slot, where no pod sees
 * it.
 */
public record SlotRecord(PublishOrder order, int sealed) {
  private static final String HEADER = "taidon-slot 1";
  private static final String FILE = "record";
  private static final String INSTANCE = "instance";
  private static final String BUILD = "build";

  static Optional<SlotRecord> read(Path kubelet, Path slot) {
    try {
      return Optional.of(parse(kubelet, Files.readString(slot.resolve(FILE))));
    } catch (IOException | TaidonException | NumberFormatException e) {
      return Optional.empty();
    }
  }

  void write(Path slot) throws IOException {
    Path staged = Pool.staged(slot);
    Files.writeString(staged, text(), StandardCharsets.US_ASCII);
    Files.move(staged, slot.resolve(FILE), StandardCopyOption.ATOMIC_MOVE);
  }

  public SlotRecord sealedOneMore() {
    return new SlotRecord(order, sealed + 1);
  }

  String text() {
    StringBuilder text = new StringBuilder(HEADER).append('\n');
    line(text, "volume", order.volume().text());
    line(text, "namespace", order.namespace().text());
    line(text, "pod", order.podName());
    line(text, "podUid", order.podUid().text());
    line(text, "target", order.target().path().toString());
    line(text, "class", order.stateClass().orElse(""));
    switch (order.purpose()) {
      case Purpose.Instance instance -> {
        line(text, "purpose", INSTANCE);
        line(text, "state", instance.state().hex());
        line(text, "instance", instance.uid().text());
      }
      case Purpose.Build build -> {
        line(text, "purpose", BUILD);
        line(text, "state", build.state().map(StateId::hex).orElse(""));
        line(
            text,
            "seals",
            build.seals().stream().map(StateId::hex).collect(Collectors.joining(",")));
        line(text, "sealed", Integer.toString(sealed));
      }
    }
    return text.append("end\n").toString();
  }

  private static void line(StringBuilder text, String key, String value) {
    text.append(key).append('=').append(value).append('\n');
  }

  static SlotRecord parse(Path kubelet, String text) {
    if (!text.startsWith(HEADER + "\n") || !text.endsWith("\nend\n")) {
      throw Refusals.invalid("This is not the record of a slot.");
    }
    Map<String, String> fields = new LinkedHashMap<>();
    for (String line : text.split("\n", -1)) {
      int equals = line.indexOf('=');
      if (equals > 0) {
        fields.put(line.substring(0, equals), line.substring(equals + 1));
      }
    }
    String state = field(fields, "state");
    Purpose purpose =
        field(fields, "purpose").equals(INSTANCE)
            ? Orders.instance(state, field(fields, "instance"))
            : Orders.build(Optional.of(state).filter(id -> !id.isEmpty()), field(fields, "seals"));
    PublishOrder order =
        new PublishOrder(
            new VolumeId(field(fields, "volume")),
            new Namespace(field(fields, "namespace")),
            Orders.podName(field(fields, "pod")),
            new Uid(field(fields, "podUid")),
            Target.parse(kubelet, field(fields, "target")),
            Optional.of(field(fields, "class")).filter(name -> !name.isEmpty()),
            purpose);
    return new SlotRecord(order, Integer.parseInt(fields.getOrDefault("sealed", "0")));
  }

  private static String field(Map<String, String> fields, String key) {
    String value = fields.get(key);
    if (value == null) {
      throw Refusals.invalid("The record of a slot lacks " + key + ".");
    }
    return value;
  }
}
