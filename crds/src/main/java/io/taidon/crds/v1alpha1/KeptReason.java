package io.taidon.crds.v1alpha1;

/**
 * Why a StateSnapshot stays or went: reasons of its condition {@code Kept}. The set may grow; the
 * meaning of a reason never changes.
 */
public enum KeptReason implements Reason {
  /** Nothing holds it; it stays until room is needed and it is the cheapest to lose. */
  EVICTABLE(
      "Evictable",
      "True",
      "Nothing holds it; it stays until room is needed and it is the cheapest to lose."),
  /** A DbInstance was made from it, or waits to be. */
  HELD_BY_INSTANCE(
      "HeldByInstance", "True", "A DbInstance was made from it, or waits to be; it stays."),
  /** A PrepareJob that is not finished needs it. */
  HELD_BY_JOB("HeldByJob", "True", "A PrepareJob that is not finished needs it; it stays."),
  /** It, or a PrepareJob that led to it, is pinned. */
  PINNED(
      "Pinned",
      "True",
      "It, or a PrepareJob that led to it, has the annotation `taidon.io/pin`; it stays."),
  /** It is younger than the least age. */
  YOUNG("Young", "True", "It is younger than the installation's least age of states; it stays."),
  /** A pool cannot do without it. */
  NEEDED_BY_POOL(
      "NeededByPool",
      "True",
      "A pool cannot do without it, because states that were made from it stand on it; it stays."),
  /** It was not used for longer than the retention time. */
  EXPIRED("Expired", "False", "It was not used for longer than the retention time."),
  /** Its pool was above the high watermark. */
  POOL_ABOVE_WATERMARK(
      "PoolAboveWatermark",
      "False",
      "The states of its pool took more than the high watermark of the pool's limit."),
  /** The file system of its pool had less free than the reserve. */
  FREE_BELOW_RESERVE(
      "FreeBelowReserve",
      "False",
      "The file system of its pool had less free than the reserve and the room that builds need."),
  /** The namespace was above its limit. */
  NAMESPACE_ABOVE_LIMIT(
      "NamespaceAboveLimit",
      "False",
      "The states of its namespace took more than the high watermark of the namespace's limit."),
  /** Every pool that held it has lost it. */
  LOST("Lost", "False", "Every pool that held it has lost it; nobody decided that.");

  private final String value;
  private final String status;
  private final String meaning;

  KeptReason(String value, String status, String meaning) {
    this.value = value;
    this.status = status;
    this.meaning = meaning;
  }

  @Override
  public String value() {
    return value;
  }

  @Override
  public String status() {
    return status;
  }

  @Override
  public String meaning() {
    return meaning;
  }
}
