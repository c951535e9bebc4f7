package io.taidon.operator.job;

import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import io.taidon.crds.v1alpha1.PrepareJobSpec;
import io.taidon.crds.v1alpha1.PrepareJobSpec.SourceSpec;
import io.taidon.crds.v1alpha1.PrepareJobSpec.StepSpec;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * What a spec must say that only the validation rules of the CRDs say: API servers before 1.25 drop
 * those. Pure.
 */
final class SpecRules {
  private SpecRules() {}

  /**
   * Checks a spec.
   *
   * @throws TaidonException {@code INVALID_ARGUMENT} if it contradicts itself
   */
  static void check(PrepareJobSpec spec) {
    SourceSpec source = spec.source();
    if (source != null) {
      require(
          only(
              source.inline(),
              source.configMapRef(),
              source.git(),
              source.archive(),
              source.volumeClaimRef()),
          "`spec.source` must have exactly one of `inline`, `configMapRef`, `git`, `archive` and"
              + " `volumeClaimRef`.");
    }
    List<StepSpec> steps = spec.steps();
    for (int i = 0; i < steps.size(); i++) {
      require(
          only(steps.get(i).psql(), steps.get(i).liquibase()),
          "`spec.steps[" + i + "]` must have exactly one of `psql` and `liquibase`.");
    }
  }

  private static boolean only(Object... members) {
    return Stream.of(members).filter(Objects::nonNull).count() == 1;
  }

  private static void require(boolean holds, String sentence) {
    if (!holds) {
      throw TaidonException.of(ErrorCode.INVALID_ARGUMENT, sentence)
          .remedy("Create the job again without the mistake.");
    }
  }
}
