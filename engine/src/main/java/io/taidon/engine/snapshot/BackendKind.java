package io.taidon.engine.snapshot;

import java.util.Arrays;
import java.util.Optional;

/** The snapshot backends, cheapest first: the order in which {@link BackendProbe} tries them. */
public enum BackendKind {
  BTRFS("btrfs"),
  ZFS("zfs"),
  REFLINK("reflink"),
  OVERLAY("overlay"),
  COPY("copy");

  private final String wireName;

  BackendKind(String wireName) {
    this.wireName = wireName;
  }

  /** The name in configuration, registry and API. */
  public String wireName() {
    return wireName;
  }

  public static Optional<BackendKind> ofWireName(String wireName) {
    return Arrays.stream(values()).filter(kind -> kind.wireName.equals(wireName)).findFirst();
  }
}
