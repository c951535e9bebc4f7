package io.taidon.core.segment;

import io.taidon.core.error.ErrorCode;
import io.taidon.core.plan.StepInput;
import io.taidon.core.plan.StepKind;
import io.taidon.core.segment.SegmentRequest.Build;
import io.taidon.core.segment.SegmentRequest.Invocation;
import io.taidon.core.state.Digest;
import io.taidon.core.state.StateId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;

/**
 * The text form of requests, manifests and results: a first line that says what it is and in which
 * version, then {@code key: value} lines in a fixed order. Line ends, tabs and backslashes in
 * values are escaped with a backslash, so one value is always one line. People read it in {@code
 * kubectl describe} and in ConfigMaps.
 */
public final class SegmentText {
  private static final String REQUEST = "taidon request 1";
  private static final String MANIFEST = "taidon manifest 1";
  private static final String PLANNED = "taidon planned 1";
  private static final String BUILT = "taidon built 1";
  private static final String FAILED = "taidon failed 1";

  private SegmentText() {}

  /** The text form of a request. */
  public static String of(SegmentRequest request) {
    TextLines text = new TextLines(REQUEST);
    request.postgresMajor().ifPresent(major -> text.add("postgres", Integer.toString(major)));
    request.directory().ifPresent(directory -> text.add("directory", directory));
    for (Invocation invocation : request.invocations()) {
      text.add("run", invocation.kind().wireName());
      invocation.args().forEach(arg -> text.add("arg", arg));
    }
    request
        .build()
        .ifPresent(build -> {
          text.add("build", Integer.toString(build.firstStep()));
          build.start().ifPresent(start -> text.add("start", start.hex()));
          build.steps().forEach(step -> text.add("step", step.hex()));
          build.seals().forEach(seal -> text.add("seal", seal.hex()));
        });
    return text.toString();
  }

  /**
   * Reads the text form of a request.
   *
   * @throws IllegalArgumentException if it is none
   */
  public static SegmentRequest request(String text) {
    TextReader lines = new TextReader(text, REQUEST);
    OptionalInt major =
        lines
            .next("postgres")
            .map(v -> OptionalInt.of(Integer.parseInt(v)))
            .orElse(OptionalInt.empty());
    Optional<String> directory = lines.next("directory");
    List<Invocation> invocations = new ArrayList<>();
    for (Optional<String> run = lines.next("run"); run.isPresent(); run = lines.next("run")) {
      invocations.add(new Invocation(kind(run.get()), lines.all("arg")));
    }
    Optional<Build> build =
        lines
            .next("build")
            .map(first ->
                new Build(
                    lines.next("start").map(StateId::new),
                    lines.all("step").stream().map(StateId::new).toList(),
                    Integer.parseInt(first),
                    lines.all("seal").stream().map(StateId::new).toList()));
    lines.requireEnd();
    return new SegmentRequest(major, directory, invocations, build);
  }

  /** The text form of a manifest. */
  public static String of(Manifest manifest) {
    TextLines text = new TextLines(MANIFEST);
    text.add("postgres", manifest.postgresVersion());
    text.add("base", manifest.base().hex());
    manifest.sourceRevision().ifPresent(revision -> text.add("revision", revision));
    for (StepInput step : manifest.steps()) {
      text.add("step", step.kind().wireName() + " " + step.hash().hex() + " " + step.label());
      step.warnings().forEach(warning -> text.add("warning", warning));
    }
    return text.toString();
  }

  /**
   * Reads the text form of a manifest.
   *
   * @throws IllegalArgumentException if it is none
   */
  public static Manifest manifest(String text) {
    TextReader lines = new TextReader(text, MANIFEST);
    String version = lines.require("postgres");
    StateId base = new StateId(lines.require("base"));
    Optional<String> revision = lines.next("revision");
    List<StepInput> steps = new ArrayList<>();
    for (Optional<String> step = lines.next("step"); step.isPresent(); step = lines.next("step")) {
      String[] parts = step.get().split(" ", 3);
      if (parts.length != 3) {
        throw new IllegalArgumentException("a step has a kind, a hash and a label");
      }
      steps.add(
          new StepInput(kind(parts[0]), parts[2], new Digest(parts[1]), lines.all("warning")));
    }
    lines.requireEnd();
    return new Manifest(version, base, revision, steps);
  }

  /**
   * The text form of a result; what does not fit in {@link PodResult#MAX_BYTES} is cut from its
   * sentence.
   */
  public static String of(PodResult result) {
    return switch (result) {
      case PodResult.Planned planned ->
          new TextLines(PLANNED)
              .add("bytes", Integer.toString(planned.bytes()))
              .add("sha256", planned.sha256())
              .toString();
      case PodResult.Built built -> {
        TextLines text = new TextLines(BUILT).add("sealed", Integer.toString(built.sealed()));
        text.add(
            "millis",
            built.stepMillis().stream().map(String::valueOf).collect(Collectors.joining(" ")));
        yield text.fits(PodResult.MAX_BYTES)
            ? text.toString()
            : of(new PodResult.Built(built.sealed(), List.of()));
      }
      case PodResult.Failed failed -> failed(failed);
    };
  }

  private static String failed(PodResult.Failed failed) {
    PodFailure failure = failed.failure();
    TextLines text =
        new TextLines(FAILED)
            .add("sealed", Integer.toString(failed.sealed()))
            .add("code", failure.code().wireCode())
            .add("sentence", TextLines.shortened(failure.sentence(), 1500));
    failure.step().ifPresent(step -> text.add("step", TextLines.shortened(step, 300)));
    failure.place().ifPresent(place -> text.add("place", TextLines.shortened(place, 300)));
    failure.sqlState().ifPresent(state -> text.add("sqlstate", TextLines.shortened(state, 5)));
    failure.remedy().ifPresent(remedy -> text.add("remedy", TextLines.shortened(remedy, 600)));
    return text.toString();
  }

  /**
   * Reads the text form of a result.
   *
   * @throws IllegalArgumentException if it is none
   */
  public static PodResult result(String text) {
    String first = text.lines().findFirst().orElse("");
    TextReader lines = new TextReader(text, first);
    PodResult result =
        switch (first) {
          case PLANNED ->
              new PodResult.Planned(
                  Integer.parseInt(lines.require("bytes")), lines.require("sha256"));
          case BUILT ->
              new PodResult.Built(
                  Integer.parseInt(lines.require("sealed")), millis(lines.require("millis")));
          case FAILED -> {
            int sealed = Integer.parseInt(lines.require("sealed"));
            yield new PodResult.Failed(
                new PodFailure(
                    code(lines.require("code")),
                    lines.require("sentence"),
                    lines.next("step"),
                    lines.next("place"),
                    lines.next("sqlstate"),
                    lines.next("remedy")),
                sealed);
          }
          default -> throw new IllegalArgumentException("no result of a pod");
        };
    lines.requireEnd();
    return result;
  }

  private static List<Long> millis(String text) {
    return text.isEmpty() ? List.of() : Arrays.stream(text.split(" ")).map(Long::valueOf).toList();
  }

  private static StepKind kind(String wireName) {
    return Arrays.stream(StepKind.values())
        .filter(kind -> kind.wireName().equals(wireName))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no kind of step"));
  }

  private static ErrorCode code(String wireCode) {
    return Arrays.stream(ErrorCode.values())
        .filter(code -> code.wireCode().equals(wireCode))
        .findFirst()
        .orElse(ErrorCode.INTERNAL_ERROR);
  }
}
