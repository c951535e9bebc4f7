package io.taidon.server.resource;

import io.taidon.engine.PrepareRequest;
import io.taidon.engine.PrepareRequest.NamePolicy;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** The body of {@code POST /v1/prepare-jobs}. */
@Schema(
    name = "PrepareRequest",
    description = "A wish for a state and, unless plan_only, an instance of it.",
    requiredProperties = {"prepare_kind", "psql_args", "work_dir", "workspace"})
public record PrepareBody(
    @Schema(enumeration = "psql") @Nullable String prepareKind,
    @Schema(description = "The arguments of psql, as the user wrote them.")
        @Nullable List<@Nullable String> psqlArgs,
    @Schema(description = "What -f - reads.") Optional<String> stdin,
    @Schema(description = "The directory that relative paths start from; absolute.")
        @Nullable String workDir,
    @Schema(description = "The directory that no path may leave; absolute.")
        @Nullable String workspace,
    @Schema(description = "Stop after planning.", defaultValue = "false")
        Optional<Boolean> planOnly,
    @Schema(description = "A PostgreSQL installation to use; absolute.")
        Optional<String> postgresHome,
    @Schema(description = "The PostgreSQL major version, where no home is given.")
        Optional<Integer> postgresVersion,
    @Schema(description = "Sync to disk as a production server does.", defaultValue = "false")
        Optional<Boolean> durable,
    @Schema(
            description = "The TCP port that the instance must have.",
            minimum = "1",
            maximum = "65535")
        Optional<Integer> port,
    @Schema(description = "The name to bind to the instance.", maxLength = 256)
        Optional<String> name,
    @Schema(
            description = "What to do when the name is bound already.",
            enumeration = {"create", "reuse", "fresh", "reuse_or_fresh"},
            defaultValue = "create")
        Optional<String> namePolicy) {

  private static final String KIND = "psql";

  /** The checked request. */
  PrepareRequest toRequest() {
    if (!KIND.equals(Fields.required("prepare_kind", prepareKind))) {
      throw Fields.notOneOf("prepare_kind", List.of(KIND));
    }
    return new PrepareRequest(
        Fields.arguments("psql_args", Fields.required("psql_args", psqlArgs)),
        Fields.absolutePath("work_dir", Fields.required("work_dir", workDir)),
        Fields.absolutePath("workspace", Fields.required("workspace", workspace)),
        stdin,
        planOnly.orElse(false),
        postgresHome.map(home -> Fields.absolutePath("postgres_home", home)),
        Fields.number("postgres_version", postgresVersion, 1, 999),
        durable.orElse(false),
        Fields.number("port", port, 1, 65_535),
        name.map(value -> Fields.text("name", value)),
        namePolicy
            .map(value -> Fields.choice("name_policy", value, NamePolicy.class))
            .orElse(NamePolicy.CREATE));
  }
}
