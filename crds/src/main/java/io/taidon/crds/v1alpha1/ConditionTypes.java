package io.taidon.crds.v1alpha1;

/** The types of conditions. */
public final class ConditionTypes {
  /**
   * Of a DbInstance: a client that connects through the gateway gets a row, now or after one wake.
   * Of a StateSnapshot: instances can start from it.
   */
  public static final String READY = "Ready";

  /** Of a PrepareJob: the state is there. Unknown while work goes on, False for good. */
  public static final String SUCCEEDED = "Succeeded";

  /** Of a PrepareJob: the steps and the ids of the states after them are known. */
  public static final String PLANNED = "Planned";

  /** Of a StateSnapshot: it stays, and why; False when it is evicted. */
  public static final String KEPT = "Kept";

  private ConditionTypes() {}
}
