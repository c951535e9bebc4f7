package io.taidon.gateway.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A short run with another seed each time; {@link FuzzBench} does the long one. */
class FuzzTest {
  private static final int INPUTS = 20_000;

  @TempDir Path directory;

  @Test
  void nothingEscapesLeaksOrHangs() throws Exception {
    long seed = System.nanoTime();
    try (Fuzz fuzz = new Fuzz(directory)) {
      Fuzz.Report report = fuzz.run(INPUTS, seed, 2);
      report
          .failure()
          .ifPresent(failure -> {
            throw new AssertionError(
                "input %d of seed %d; FuzzBench --input=%d repeats it"
                    .formatted(failure.input(), seed, failure.input()),
                failure.cause());
          });
      assertThat(report.inputs()).isEqualTo(INPUTS);
      reaches(report.outcomes().keySet());
    }
  }

  /** A generator that only makes noise would find nothing and look good. */
  private static void reaches(Set<String> outcomes) {
    for (String part :
        new String[] {
          "ended [NOT_POSTGRES]",
          "ended [INJECTED] 08P01",
          "ended [PROXY_HEADER]",
          "ended [MALFORMED_CANCEL]",
          "ended [REFUSED] 28000",
          "ended [REFUSED] 0A000",
          "ended [REFUSED] 08P01",
          "ended [REFUSED] 22023",
          "waited",
          "cancel",
          "to USER",
          "to DATABASE",
          "to OPTIONS",
          "to SERVER_NAME",
          "to BARE_DATABASE",
          "by token",
          "Conflict",
          "Invalid",
          "None",
          " sasl",
          " broken",
          "inside 1",
          "damaged 21",
          "[TLS_FAILED]",
          "scram last",
          "token valid",
          "token BAD_SIGNATURE"
        }) {
      assertThat(outcomes).anyMatch(outcome -> outcome.contains(part));
    }
  }
}
