package io.taidon.core.explain;

import static org.assertj.core.api.Assertions.assertThat;

import io.taidon.core.cache.EvictionReason;
import io.taidon.core.explain.Explanation.Hit;
import io.taidon.core.explain.Explanation.Miss;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What an explanation says beside the cause: the relative, all changes, and the cost. */
class ExplainerTest {
  private static final Asked ABC = Asked.of("a", "b", "c");

  @Test
  void hit() {
    Known known = new Known().built(ABC);

    assertThat(known.explain(ABC))
        .isInstanceOfSatisfying(
            Hit.class, hit -> assertThat(hit.sentence()).contains("with all 3 steps"));
  }

  @Test
  void aRenamedScriptIsNoChange() {
    Known known = new Known().built(ABC.with(2, IngredientKind.SCRIPT, "b.sql", "same"));
    Asked renamed =
        ABC.with(2, IngredientKind.SCRIPT, "b.sql", "same")
            .renamed(2, "b.sql", "new.sql")
            .with(2, IngredientKind.DATA_FILE, "u.csv", "2");

    Miss miss = (Miss) known.explain(renamed);

    assertThat(miss.changes().getFirst().differences())
        .extracting(Difference::name)
        .containsExactly("u.csv");
  }

  @Test
  void namesEveryIndependentChange() {
    Known known = new Known().built(ABC);

    Miss miss =
        (Miss)
            known.explain(
                ABC.with(1, IngredientKind.SCRIPT, "a.sql", "2")
                    .with(3, IngredientKind.SCRIPT, "c.sql", "2"));

    assertThat(miss.changes()).extracting(StepChange::step).containsExactly(1, 3);
    assertThat(miss.relative()).hasValueSatisfying(r -> assertThat(r.sharedSteps()).isEqualTo(1));
  }

  @Test
  void aRebuildCostsWhatItCostBefore() {
    Known known = new Known().built(ABC).gone(ABC, 2, EvictionReason.EXPIRED);

    RebuildCost again = ((Miss) known.explain(Asked.of("a", "b"))).cost();
    assertThat(again).isEqualTo(new RebuildCost(1, false, 100, 1, 0, 0));

    RebuildCost edited =
        ((Miss) known.explain(ABC.with(2, IngredientKind.SCRIPT, "b.sql", "2"))).cost();
    assertThat(edited)
        .as("b edited, c as elsewhere")
        .isEqualTo(new RebuildCost(2, false, 200, 0, 2, 0));

    RebuildCost other = ((Miss) known.explain(Asked.of("a", "x"))).cost();
    assertThat(other).isEqualTo(new RebuildCost(1, false, 0, 0, 0, 1));

    RebuildCost engine = ((Miss) known.explain(ABC.engine("18.1", "x", "C", "--locale=C"))).cost();
    assertThat(engine).isEqualTo(new RebuildCost(3, true, 300, 0, 3, 0));
  }

  @Test
  void theNearestOfSeveralRelativesIsTheOneWithTheFewestChanges() {
    Known known =
        new Known()
            .built(ABC.with(1, IngredientKind.SCRIPT, "a.sql", "7"))
            .built(ABC)
            .built(Asked.of("a", "x", "y"));

    Miss miss = (Miss) known.explain(ABC.with(3, IngredientKind.SCRIPT, "c.sql", "2"));

    assertThat(miss.reason()).isEqualTo(MissReason.SCRIPT_CHANGED);
    assertThat(miss.relative())
        .hasValueSatisfying(r -> assertThat(r.id()).isEqualTo(ABC.output(3)));
  }

  @Test
  void aLongChangelogAmongManyIsExplained() {
    Known known = new Known();
    String[] ids = IntStream.range(0, 300).mapToObj(Integer::toString).toArray(String[]::new);
    Asked changelog = Asked.changelog(ids);
    for (int branch = 0; branch < 30; branch++) {
      known.built(changelog.with(200 + branch, IngredientKind.CONTENT, "", "branch " + branch));
    }

    Miss miss = (Miss) known.explain(changelog.with(120, IngredientKind.CONTENT, "", "mine"));

    assertThat(miss.reason()).isEqualTo(MissReason.CHANGESET_CHANGED);
    assertThat(miss.step()).isEqualTo(120);
    assertThat(miss.cost().stepsUnknown()).isZero();
  }

  @Test
  void theRecordOfAStateIsBounded() {
    List<Ingredient> many =
        IntStream.range(0, StepOrigin.MOST_INGREDIENTS)
            .mapToObj(i -> new Ingredient(IngredientKind.VARIABLE, "v" + i, "x".repeat(1000)))
            .toList();
    StepOrigin step = ABC.steps().getFirst();
    StepOrigin large = new StepOrigin(step.kind(), step.label(), step.hash(), many);

    StateOrigin origin =
        StateOrigin.after(ABC.base(), Collections.nCopies(100, large), ABC.output(1));

    assertThat(origin.steps()).hasSize(100);
    assertThat(origin.steps().stream().mapToInt(s -> s.ingredients().size()).sum())
        .isEqualTo(StateOrigin.MOST_INGREDIENTS);
    assertThat(large.ingredients()).allSatisfy(i -> assertThat(i.value()).hasSizeLessThan(500));
    assertThat(Optional.of(origin.steps().getLast().hash())).contains(step.hash());
  }
}
