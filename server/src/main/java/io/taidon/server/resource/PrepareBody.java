package io.taidon.server.resource;

import io.taidon.core.plan.StepKind;
import io.taidon.engine.Lifetime;
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
    requiredProperties = {"prepare_kind", "work_dir", "workspace"})
public record PrepareBody(
    @Schema(enumeration = {"psql", "lb"}) @Nullable String prepareKind,
    @Schema(description = "The arguments of psql, as the user wrote them; for psql, and required.")
        Optional<List<@Nullable String>> psqlArgs,
    @Schema(
            description =
                "The arguments of Liquibase, as the user wrote them; for lb, and required.")
        Optional<List<@Nullable String>> liquibaseArgs,
    @Schema(description = "What -f - reads; for psql.") Optional<String> stdin,
    @Schema(
            description = "After how many changesets a state is kept; for lb.",
            minimum = "1",
            maximum = "100000",
            defaultValue = "1")
        Optional<Integer> checkpoint,
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
        Optional<String> namePolicy,
    @Schema(
            description = "How many milliseconds it lives; 0 is the longest time.",
            minimum = "0",
            maximum = "3153600000000")
        Optional<Long> ttlMillis,
    @Schema(
            description = "Milliseconds without use before it is stopped; 0 never.",
            minimum = "0",
            maximum = "3153600000000")
        Optional<Long> idleTimeoutMillis) {

  /** The checked request. */
  PrepareRequest toRequest() {
    StepKind kind = kind(Fields.required("prepare_kind", prepareKind));
    return new PrepareRequest(
        kind,
        arguments(kind),
        Fields.absolutePath("work_dir", Fields.required("work_dir", workDir)),
        Fields.absolutePath("workspace", Fields.required("workspace", workspace)),
        stdin,
        Fields.number("checkpoint", checkpoint, 1, 100_000).orElse(1),
        planOnly.orElse(false),
        postgresHome.map(home -> Fields.absolutePath("postgres_home", home)),
        Fields.number("postgres_version", postgresVersion, 1, 999),
        durable.orElse(false),
        Fields.number("port", port, 1, 65_535),
        name.map(value -> Fields.text("name", value)),
        namePolicy
            .map(value -> Fields.choice("name_policy", value, NamePolicy.class))
            .orElse(NamePolicy.CREATE),
        new Lifetime(
            Fields.time("ttl_millis", ttlMillis),
            Fields.time("idle_timeout_millis", idleTimeoutMillis)));
  }

  private static StepKind kind(String wireName) {
    List<StepKind> kinds = List.of(StepKind.values());
    return kinds.stream()
        .filter(kind -> kind.wireName().equals(wireName))
        .findFirst()
        .orElseThrow(
            () -> Fields.notOneOf("prepare_kind", kinds.stream().map(StepKind::wireName).toList()));
  }

  /** The arguments of the kind; fields of the other kind are a mistake. */
  private List<String> arguments(StepKind kind) {
    return switch (kind) {
      case PSQL -> {
        Fields.absent("liquibase_args", liquibaseArgs, "lb");
        Fields.absent("checkpoint", checkpoint, "lb");
        yield given("psql_args", psqlArgs);
      }
      case LIQUIBASE -> {
        Fields.absent("psql_args", psqlArgs, "psql");
        Fields.absent("stdin", stdin, "psql");
        yield given("liquibase_args", liquibaseArgs);
      }
    };
  }

  private static List<String> given(String field, Optional<List<@Nullable String>> arguments) {
    return Fields.arguments(field, Fields.required(field, arguments.orElse(null)));
  }
}
