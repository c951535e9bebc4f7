package io.taidon.core.cache;

import java.util.Arrays;
import java.util.Optional;

/** Why a state goes. */
public enum EvictionReason {
  /** It was not used for longer than the retention time. */
  EXPIRED("expired"),
  /** The cache is above its high watermark. */
  USAGE_ABOVE_HIGH_WATERMARK("usage_above_high_watermark"),
  /** The file system has less free space than the reserve. */
  FREE_BELOW_RESERVE("physical_free_below_reserve"),
  /** The workspace is above its share. */
  WORKSPACE_ABOVE_LIMIT("workspace_above_limit"),
  /** A user asked for room, and this was what was cheapest to lose. */
  REQUESTED("requested"),
  /** A user removed this very state. */
  REMOVED("removed"),
  /** It was changed from outside. */
  DAMAGED("damaged"),
  /** The machine stopped before its files were on disk. */
  NOT_ON_DISK("not_on_disk");

  private final String wireCode;

  EvictionReason(String wireCode) {
    this.wireCode = wireCode;
  }

  /** The name in JSON and in the log of evictions. */
  public String wireCode() {
    return wireCode;
  }

  /** The reason with this name. */
  public static Optional<EvictionReason> ofWireCode(String wireCode) {
    return Arrays.stream(values()).filter(reason -> reason.wireCode.equals(wireCode)).findFirst();
  }
}
