package io.taidon.crds.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;

/** What state is wanted. Immutable: another wish is another job. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record PrepareJobSpec(
    @JsonPropertyDescription("The PostgreSQL server that the state is made with.")
        EngineSpec engine,
    @JsonPropertyDescription(
            "Where the files come from. Without a source there are no files, and steps are commands only.")
        SourceSpec source,
    @JsonPropertyDescription("What makes the state, in order.") @Required @Size(min = 1, max = 16)
        List<StepSpec> steps,
    @JsonPropertyDescription(
            "After how many steps a state is kept; 1 keeps all. The last is always kept.")
        @Min(1)
        @Max(10000)
        Integer checkpointEvery,
    @JsonPropertyDescription("The class of pools to build in. Without one it is `default`.")
        @Pattern("^[a-z0-9]([-a-z0-9]*[a-z0-9])?$")
        @Size(min = 1, max = 63)
        String stateClass,
    @JsonPropertyDescription(
            "Seconds from the job's creation until it fails with reason DeadlineExceeded.")
        @Min(1)
        @Max(604800)
        Integer deadlineSeconds,
    @JsonPropertyDescription(
            "How often a build is tried again after its pod was lost. Failures of scripts are not tried again.")
        @Min(0)
        @Max(10)
        Integer retries,
    @JsonPropertyDescription(
            "Seconds from its end until the job is deleted. Without it the job stays; the state stays in any case.")
        @Min(0)
        @Max(31536000)
        Integer ttlSecondsAfterFinished,
    @JsonPropertyDescription("Whether to stop when the steps and state ids are known.")
        Boolean planOnly) {

  /** The server that makes a state. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record EngineSpec(
      @JsonPropertyDescription(
              "The major version of PostgreSQL, 17 or 18. Without it the installation's default.")
          @Min(17)
          @Max(18)
          Integer postgres,
      @JsonPropertyDescription(
              "An image with the runner and PostgreSQL to use in place of the installation's own.")
          @Size(min = 1, max = 512)
          String image) {}

  /** Files for the steps; exactly one member. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @ValidationRule(
      value =
          "[has(self.inline), has(self.configMapRef), has(self.git), has(self.archive), has(self.volumeClaimRef)].filter(x, x).size() == 1",
      message =
          "must have exactly one of `inline`, `configMapRef`, `git`, `archive` and `volumeClaimRef`")
  public record SourceSpec(
      @JsonPropertyDescription("Files in the job itself.") @Size(min = 1, max = 64)
          List<InlineFile> inline,
      @JsonPropertyDescription(
              "A ConfigMap of the namespace; each key is a file, `__` in a key is a `/`.")
          NameRef configMapRef,
      @JsonPropertyDescription("A git repository.") GitSource git,
      @JsonPropertyDescription("A tar (also gzip or zstd) or zip archive over HTTP(S).")
          ArchiveSource archive,
      @JsonPropertyDescription("A claim of the namespace, mounted read-only.")
          VolumeClaimSource volumeClaimRef) {}

  /** A file in the job. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record InlineFile(
      @JsonPropertyDescription("Where the steps find it, relative.")
          @Required
          @Pattern("^[A-Za-z0-9_][A-Za-z0-9_.-]*(/[A-Za-z0-9_][A-Za-z0-9_.-]*)*$")
          @Size(min = 1, max = 253)
          String path,
      @JsonPropertyDescription("Its text.") @Required @Size(max = 524288) String content) {}

  /** A commit of a git repository. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record GitSource(
      @JsonPropertyDescription("An http, https, ssh or git address.")
          @Required
          @Pattern("^(https?|ssh|git)://[^\\s]+$")
          @Size(min = 8, max = 2048)
          String url,
      @JsonPropertyDescription("A branch, tag or commit. Without it the default branch.")
          @Pattern("^[A-Za-z0-9][A-Za-z0-9._/-]*$")
          @Size(min = 1, max = 255)
          String ref,
      @JsonPropertyDescription("The directory inside the repository that the steps start from.")
          @Pattern("^[A-Za-z0-9_][A-Za-z0-9_.-]*(/[A-Za-z0-9_][A-Za-z0-9_.-]*)*$")
          @Size(min = 1, max = 253)
          String path,
      @JsonPropertyDescription(
              "A Secret with `username` and `password`, or `identity` and `known_hosts`.")
          NameRef secretRef) {}

  /** An archive. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record ArchiveSource(
      @JsonPropertyDescription("Where it is fetched from.")
          @Required
          @Pattern("^https?://[^\\s]+$")
          @Size(min = 8, max = 2048)
          String url,
      @JsonPropertyDescription("The SHA-256 that it must have, in hexadecimal.")
          @Required
          @Pattern("^[0-9a-f]{64}$")
          @Size(min = 64, max = 64)
          String sha256,
      @JsonPropertyDescription("The directory inside the archive that the steps start from.")
          @Pattern("^[A-Za-z0-9_][A-Za-z0-9_.-]*(/[A-Za-z0-9_][A-Za-z0-9_.-]*)*$")
          @Size(min = 1, max = 253)
          String path) {}

  /** A directory of a claim. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record VolumeClaimSource(
      @JsonPropertyDescription("The claim's name.")
          @Required
          @Pattern("^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$")
          @Size(min = 1, max = 253)
          String name,
      @JsonPropertyDescription("The directory inside it that the steps start from.")
          @Pattern("^[A-Za-z0-9_][A-Za-z0-9_.-]*(/[A-Za-z0-9_][A-Za-z0-9_.-]*)*$")
          @Size(min = 1, max = 253)
          String path) {}

  /** One invocation of a tool; exactly one member. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @ValidationRule(
      value = "has(self.psql) != has(self.liquibase)",
      message = "must have exactly one of `psql` and `liquibase`")
  public record StepSpec(
      @JsonPropertyDescription("What `sqlrs prepare:psql` takes.") ToolSpec psql,
      @JsonPropertyDescription("What `sqlrs prepare:lb` takes.") ToolSpec liquibase) {}

  /** The arguments of a tool. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record ToolSpec(
      @JsonPropertyDescription(
              "Arguments as on the command line, such as `-f` and `schema.sql`. Connection options may not be among them.")
          @Required
          @Size(min = 1, max = 256)
          List<@Size(max = 65536) String> args) {}
}
