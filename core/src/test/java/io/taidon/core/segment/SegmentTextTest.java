package io.taidon.core.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.taidon.core.error.ErrorCode;
import io.taidon.core.plan.StepInput;
import io.taidon.core.plan.StepKind;
import io.taidon.core.segment.SegmentRequest.Build;
import io.taidon.core.segment.SegmentRequest.Invocation;
import io.taidon.core.state.Digest;
import io.taidon.core.state.StateId;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SegmentTextTest {
  private static final StateId A = new StateId("a".repeat(64));
  private static final StateId B = new StateId("b".repeat(64));
  private static final Digest HASH = new Digest("c".repeat(64));

  @Test
  void a_request_survives_whatever_its_arguments_are() {
    SegmentRequest request =
        new SegmentRequest(
            OptionalInt.of(17),
            Optional.of("db"),
            List.of(
                new Invocation(
                    StepKind.PSQL, List.of("-c", "select 'a\\b:\n\tc';\r\n", "", "run: lb")),
                new Invocation(StepKind.LIQUIBASE, List.of("update"))),
            Optional.of(new Build(Optional.of(A), List.of(A, B), 2, List.of(B))));
    assertThat(SegmentText.request(SegmentText.of(request))).isEqualTo(request);
  }

  @Test
  void a_plan_from_nothing_survives() {
    SegmentRequest request =
        new SegmentRequest(OptionalInt.empty(), Optional.empty(), List.of(), Optional.empty());
    assertThat(SegmentText.request(SegmentText.of(request))).isEqualTo(request);
  }

  @Test
  void a_manifest_survives() {
    Manifest manifest =
        new Manifest(
            "17.11",
            A,
            Optional.of("0123abc"),
            List.of(
                new StepInput(StepKind.PSQL, "-f a b.sql", HASH, List.of("a.sql:1 uses now()")),
                new StepInput(StepKind.LIQUIBASE, "x::y::z", HASH, List.of())));
    assertThat(SegmentText.manifest(SegmentText.of(manifest))).isEqualTo(manifest);
  }

  @Test
  void results_survive() {
    PodResult failed =
        new PodResult.Failed(
            new PodFailure(
                ErrorCode.SCRIPT_FAILED,
                "relation \"x\" does not exist\nLINE 1",
                Optional.of("-f a.sql"),
                Optional.of("a.sql:3"),
                Optional.of("42P01"),
                Optional.empty()),
            2);
    assertThat(SegmentText.result(SegmentText.of(failed))).isEqualTo(failed);
    PodResult built = new PodResult.Built(2, List.of(10L, 20L));
    assertThat(SegmentText.result(SegmentText.of(built))).isEqualTo(built);
    PodResult planned = new PodResult.Planned(12, HASH.hex());
    assertThat(SegmentText.result(SegmentText.of(planned))).isEqualTo(planned);
  }

  @Test
  void a_result_always_fits_into_a_termination_message() {
    String long1 = "ü\n".repeat(5000);
    PodResult failed =
        new PodResult.Failed(
            new PodFailure(
                ErrorCode.SCRIPT_FAILED,
                long1,
                Optional.of(long1),
                Optional.of(long1),
                Optional.of(long1),
                Optional.of(long1)),
            1);
    PodResult built = new PodResult.Built(3000, Collections.nCopies(3000, 12345L));
    for (PodResult result : List.of(failed, built)) {
      String text = SegmentText.of(result);
      assertThat(text.getBytes(StandardCharsets.UTF_8).length)
          .isLessThanOrEqualTo(PodResult.MAX_BYTES);
      assertThat(SegmentText.result(text)).isInstanceOf(result.getClass());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "taidon built 1",
        "taidon built 1\nsealed: x\nmillis: \n",
        "taidon built 2\nsealed: 1\nmillis: \n",
        "taidon built 1\nsealed: 1\nmillis: 1\nmore: 1\n",
        "taidon failed 1\nsealed: 1\ncode: a\nsentence: \\"
      })
  void anything_else_is_refused(String text) {
    assertThatThrownBy(() -> SegmentText.result(text)).isInstanceOf(IllegalArgumentException.class);
  }
}
