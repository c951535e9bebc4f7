package io.taidon.engine.job;

import io.taidon.core.explain.Difference;
import io.taidon.core.explain.Explanation;
import io.taidon.core.explain.Loss;
import io.taidon.core.explain.RebuildCost;
import io.taidon.core.explain.StepChange;
import io.taidon.core.plan.Plan;
import io.taidon.engine.ExplainView;
import io.taidon.engine.PrepareRequest;
import io.taidon.engine.build.BuildOrder;
import java.util.List;
import java.util.Optional;

/** Turns explanations into what hosts see. */
final class ExplainViews {
  private static final String HIT = "exact_state_match";

  private ExplainViews() {}

  static ExplainView of(
      PrepareRequest request,
      BuildOrder order,
      Plan plan,
      boolean baseCached,
      Explanation explanation) {
    return switch (explanation) {
      case Explanation.Hit hit ->
          new ExplainView(
              "hit",
              HIT,
              hit.sentence(),
              prepare(request, order),
              cache(plan, baseCached),
              Optional.empty(),
              List.of(),
              Optional.empty(),
              new ExplainView.Rebuild(0, false, 0, 0, 0, 0),
              inputs(order));
      case Explanation.Miss miss ->
          new ExplainView(
              "miss",
              miss.reason().wireName(),
              miss.sentence(),
              prepare(request, order),
              cache(plan, baseCached),
              Optional.of(
                  new ExplainView.Missed(
                      miss.step(),
                      miss.label(),
                      miss.output().hex(),
                      miss.loss().map(ExplainViews::lost))),
              miss.changes().stream().map(ExplainViews::change).toList(),
              miss.relative()
                  .map(r ->
                      new ExplainView.Relative(
                          r.id().hex(),
                          r.label(),
                          r.sharedSteps(),
                          r.loss().map(ExplainViews::lost),
                          r.at())),
              rebuild(miss.cost()),
              inputs(order));
    };
  }

  private static ExplainView.Prepare prepare(PrepareRequest request, BuildOrder order) {
    return new ExplainView.Prepare(
        request.kind().wireName(),
        order.argsNormalized(),
        order.home().version(),
        order.home().directory().toString());
  }

  private static ExplainView.Cache cache(Plan plan, boolean baseCached) {
    boolean matches = plan.reusedSteps() > 0 || baseCached;
    return new ExplainView.Cache(
        plan.finalState().hex(),
        matches ? Optional.of(plan.startingState().hex()) : Optional.empty(),
        plan.base().hex(),
        plan.reusedSteps(),
        plan.steps().size());
  }

  private static ExplainView.Lost lost(Loss loss) {
    return new ExplainView.Lost(loss.wireName(), loss.sentence(), loss.at());
  }

  private static ExplainView.Change change(StepChange change) {
    return new ExplainView.Change(
        change.step(),
        change.label(),
        change.kind().wireName(),
        change.differences().stream().map(ExplainViews::part).toList());
  }

  private static ExplainView.Part part(Difference d) {
    return new ExplainView.Part(
        d.kind().wireName(),
        Optional.of(d.name()).filter(name -> !name.isEmpty()),
        d.change().wireName(),
        d.before(),
        d.after());
  }

  private static ExplainView.Rebuild rebuild(RebuildCost cost) {
    return new ExplainView.Rebuild(
        cost.stepsToRun(),
        cost.initdb(),
        cost.millis(),
        cost.stepsMeasured(),
        cost.stepsEstimated(),
        cost.stepsUnknown());
  }

  private static List<ExplainView.Input> inputs(BuildOrder order) {
    return order.preparation().files().stream()
        .map(file -> new ExplainView.Input(file.path(), file.digest().hex()))
        .toList();
  }
}
