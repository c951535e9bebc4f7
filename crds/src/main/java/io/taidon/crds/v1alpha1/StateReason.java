package io.taidon.crds.v1alpha1;

/**
 * Why a StateSnapshot is as it is: reasons of its condition {@code Ready}. The set may grow; the
 * meaning of a reason never changes.
 */
public enum StateReason implements Reason {
  /** At least one pool holds the state. */
  AVAILABLE("Available", "True", "At least one pool holds the state."),
  /** No pool holds the state yet; a job is building it. */
  PENDING("Pending", "False", "No pool holds the state yet; a job is building it."),
  /** Every pool that held the state has lost it; a job that needs it builds it again. */
  LOST(
      "Lost",
      "False",
      "Every pool that held the state has lost it; a job that needs it builds it again."),
  /** The last copy was evicted; a job that needs it builds it again. */
  EVICTED(
      "Evicted",
      "False",
      "The last copy was evicted, as the condition `Kept` says; a job that needs it builds it"
          + " again."),
  /** The copies in the pools are being deleted. */
  DELETING("Deleting", "False", "The copies in the pools are being deleted.");

  private final String value;
  private final String status;
  private final String meaning;

  StateReason(String value, String status, String meaning) {
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
