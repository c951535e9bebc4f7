package io.taidon.crds.v1alpha1;

/** Why a condition has its status; an API constant in CamelCase that programs may compare. */
public sealed interface Reason permits JobReason, InstanceReason, StateReason, KeptReason {
  /** What stands in {@code reason}. */
  String value();

  /**
   * The status that a condition has with this reason: {@code True}, {@code False} or {@code
   * Unknown}.
   */
  String status();

  /** One sentence for the reference. */
  String meaning();
}
