package io.taidon.crds.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;

/** How far the job is. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record PrepareJobStatus(
    @JsonPropertyDescription("The generation that this status is about.") Long observedGeneration,
    @JsonPropertyDescription("`Planned` and `Succeeded`.") @Size(max = 8)
        List<Condition> conditions,
    @JsonPropertyDescription("The id of the state that the job is for, 64 hexadecimal digits.")
        @Size(max = 64)
        String stateId,
    @JsonPropertyDescription("The StateSnapshot of that state.") NameRef stateRef,
    @JsonPropertyDescription("The ConfigMap with the steps and the ids of the states after them.")
        NameRef planRef,
    @JsonPropertyDescription("The commit that a git source was resolved to.") @Size(max = 64)
        String sourceRevision,
    @JsonPropertyDescription("How many steps the plan has.") Integer steps,
    @JsonPropertyDescription("How many of them were there already.") Integer cachedSteps,
    @JsonPropertyDescription("How many are done, cached ones included.") Integer completedSteps,
    @JsonPropertyDescription("How many build pods have been lost.") Integer attempts,
    @JsonPropertyDescription("The pod that works for the job now.") NameRef podRef,
    @JsonPropertyDescription("When work on it began.") @Size(max = 40) String startTime,
    @JsonPropertyDescription("When it succeeded or failed.") @Size(max = 40) String completionTime,
    @JsonPropertyDescription("What went wrong, for programs; the condition says it for people.")
        Failure failure) {

  /** A failure in the terms of docs/errors.md. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Failure(
      @JsonPropertyDescription("The error code, as in the embedded mode.") @Size(max = 64)
          String code,
      @JsonPropertyDescription("One sentence.") @Size(max = 2048) String sentence,
      @JsonPropertyDescription("The step that failed, by its label.") @Size(max = 1024) String step,
      @JsonPropertyDescription("The file and line, if known.") @Size(max = 1024) String place,
      @JsonPropertyDescription("The SQLSTATE, if the database refused.") @Size(max = 5)
          String sqlState) {}
}
