package io.taidon.operator.pod;

import io.taidon.core.segment.PodFailure;
import io.taidon.core.segment.PodResult;

/** What has become of a pod that plans or builds. */
public sealed interface PodVerdict {
  /** It is on the way or at work. */
  record Working() implements PodVerdict {}

  /** No node takes it. */
  record Unschedulable(String sentence) implements PodVerdict {}

  /** Its image cannot be pulled. */
  record ImageUnavailable(String sentence) implements PodVerdict {}

  /** It ended well. */
  record Done(PodResult result) implements PodVerdict {}

  /** It ended and says why it failed; trying again would not help. */
  record Failed(PodFailure failure, int sealed) implements PodVerdict {}

  /** It ended without saying anything, or is gone; trying again may help. */
  record Lost(String sentence) implements PodVerdict {}
}
