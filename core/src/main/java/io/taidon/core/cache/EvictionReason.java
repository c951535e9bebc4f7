package io.taidon.core.cache;

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
  /** A user asked for it. */
  REQUESTED("requested");

  private final String wireCode;

  EvictionReason(String wireCode) {
    this.wireCode = wireCode;
  }

  /** The name in JSON and in the log of evictions. */
  public String wireCode() {
    return wireCode;
  }
}
