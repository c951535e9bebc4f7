package io.taidon.crds.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.ResourceRequirements;

/** Which state, for how long, with how much. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(value = "self.from == oldSelf.from", message = "`from` is immutable")
@ValidationRule(
    value =
        "(has(self.access) ? self.access : 'ReadWrite') == (has(oldSelf.access) ? oldSelf.access : 'ReadWrite')",
    message = "`access` is immutable")
public record DbInstanceSpec(
    @JsonPropertyDescription("The state that the instance starts from.") @Required From from,
    @JsonPropertyDescription(
            "Seconds from creation until the instance is deleted. Without it the installation's default; 0 is forever where the installation allows it.")
        @Min(0)
        @Max(31536000)
        Long ttlSeconds,
    @JsonPropertyDescription(
            "Seconds without activity until the instance is idle. Without it the installation's default; 0 is never.")
        @Min(0)
        @Max(31536000)
        Long idleTimeoutSeconds,
    @JsonPropertyDescription("What happens to an idle instance. Without it `Stop`.") OnIdle onIdle,
    @JsonPropertyDescription(
            "What its owner may do: `ReadWrite` is a superuser, `ReadOnly` a role that reads everything on a server that writes nothing. Without it `ReadWrite`.")
        AccessLevel access,
    @JsonPropertyDescription("Resources of its server's container.")
        ResourceRequirements resources) {

  /** What an instance starts from; exactly one member. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @ValidationRule(
      value =
          "[has(self.stateId), has(self.stateRef), has(self.prepareJobRef)].filter(x, x).size() == 1",
      message = "must have exactly one of `stateId`, `stateRef` and `prepareJobRef`")
  public record From(
      @JsonPropertyDescription("A state's id, or an unambiguous prefix of it of at least 8 digits.")
          @Pattern("^[0-9a-f]{8,64}$")
          @Size(min = 8, max = 64)
          String stateId,
      @JsonPropertyDescription("A StateSnapshot of the namespace.") NameRef stateRef,
      @JsonPropertyDescription("A PrepareJob of the namespace, which may still be running.")
          NameRef prepareJobRef) {}

  /** What happens to an idle instance. */
  public enum OnIdle {
    Stop,
    Delete
  }

  /** What the owner of an instance may do. */
  public enum AccessLevel {
    ReadWrite,
    ReadOnly
  }
}
