package io.taidon.crds.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;

/** What the state is. Immutable. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(value = "self == oldSelf", message = "`spec` is immutable")
public record StateSnapshotSpec(
    @JsonPropertyDescription("The state's id, 64 hexadecimal digits.")
        @Required
        @Pattern("^[0-9a-f]{64}$")
        @Size(min = 64, max = 64)
        String id,
    @JsonPropertyDescription("The state it was made from; absent for state 0.")
        @Pattern("^[0-9a-f]{64}$")
        @Size(min = 64, max = 64)
        String parentId,
    @JsonPropertyDescription("The server that made it.") @Required Engine engine,
    @JsonPropertyDescription("The step that made it; absent for state 0.") Step step,
    @JsonPropertyDescription("Where it comes from.") Provenance provenance,
    @JsonPropertyDescription("The class of pools that hold it.") @Size(min = 1, max = 63)
        String stateClass) {

  /** The server that made a state. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Engine(
      @JsonPropertyDescription("The server's version, such as 17.11.")
          @Required
          @Size(min = 1, max = 64)
          String postgresVersion,
      @JsonPropertyDescription("The id of its state 0.")
          @Required
          @Pattern("^[0-9a-f]{64}$")
          @Size(min = 64, max = 64)
          String baseId,
      @JsonPropertyDescription("The image that has this server.") @Size(max = 512) String image) {}

  /** A step of a plan. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Step(
      @JsonPropertyDescription("`psql` or `lb`.") @Required @Size(min = 1, max = 16) String kind,
      @JsonPropertyDescription("What users call it, such as `-f schema.sql`.")
          @Required
          @Size(max = 1024)
          String label,
      @JsonPropertyDescription("Its number in the plan that made it, 1 for the first.")
          @Min(1)
          @Max(1000000)
          Integer number) {}

  /** Who asked for a state, and from what. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Provenance(
      @JsonPropertyDescription("The PrepareJob that built it.") @Size(max = 253) String job,
      @JsonPropertyDescription(
              "The kind of source: inline, configMap, git, archive or volumeClaim.")
          @Size(max = 32)
          String source,
      @JsonPropertyDescription("The commit or checksum of the source.") @Size(max = 64)
          String revision) {}
}
