package io.taidon.engine.volume;

import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** What holds a store. */
public enum VolumeKind {
  /** A directory of a file system that others look after. */
  DIR,
  /** A sparse file with a file system in it, mounted at the store's root. */
  IMAGE,
  /** A block device with a file system on it, mounted at the store's root. */
  DEVICE;

  /** The word on the command line and in JSON. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }

  public static Optional<VolumeKind> ofWireName(String name) {
    return Stream.of(values()).filter(kind -> kind.wireName().equals(name)).findAny();
  }
}
