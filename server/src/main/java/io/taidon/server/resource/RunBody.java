package io.taidon.server.resource;

import io.taidon.engine.RunRequest;
import io.taidon.engine.RunRequest.Tool;
import io.taidon.server.error.Errors;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** The body of {@code POST /v1/runs}. */
@Schema(
    name = "RunRequest",
    description = "A client tool to run against an instance.",
    requiredProperties = {"instance_ref", "kind", "args", "work_dir"})
public record RunBody(
    @Schema(description = "An instance's id, unambiguous prefix or name.")
        @Nullable String instanceRef,
    @Schema(enumeration = {"psql", "pgbench"}) @Nullable String kind,
    @Schema(description = "The tool's arguments, without connection options.")
        @Nullable List<@Nullable String> args,
    @Schema(description = "What the tool reads from standard input, as text.")
        Optional<String> stdin,
    @Schema(description = "The same as bytes; stdin or this.") Optional<String> stdinBase64,
    @Schema(description = "Where the tool runs; absolute.") @Nullable String workDir) {

  /** The checked request. */
  RunRequest toRequest() {
    return new RunRequest(
        Fields.text("instance_ref", Fields.required("instance_ref", instanceRef)),
        Fields.choice("kind", Fields.required("kind", kind), Tool.class),
        Fields.arguments("args", Fields.required("args", args)),
        input(),
        Fields.absolutePath("work_dir", Fields.required("work_dir", workDir)));
  }

  private Optional<byte[]> input() {
    if (stdin.isPresent() && stdinBase64.isPresent()) {
      throw Errors.invalid("stdin_base64", "The request has both stdin and stdin_base64.");
    }
    try {
      return stdinBase64
          .map(text -> Base64.getDecoder().decode(text))
          .or(() -> stdin.map(text -> text.getBytes(StandardCharsets.UTF_8)));
    } catch (IllegalArgumentException e) {
      throw Errors.invalid("stdin_base64", "The field \"stdin_base64\" is not base64.");
    }
  }
}
