package io.taidon.engine.local;

import io.taidon.core.plan.StepKind;
import io.taidon.engine.PrepareRequest;
import io.taidon.engine.postgres.TestClusters;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Requests as clients make them. */
final class TestRequests {
  private TestRequests() {}

  static PrepareRequest psql(Path workspace, List<String> arguments) {
    return new PrepareRequest(
        StepKind.PSQL,
        arguments,
        workspace,
        workspace,
        Optional.empty(),
        1,
        false,
        Optional.of(TestClusters.home(17).directory()),
        OptionalInt.empty(),
        false,
        OptionalInt.empty(),
        Optional.empty(),
        PrepareRequest.NamePolicy.CREATE);
  }
}
