package io.taidon.core.explain;

import static org.assertj.core.api.Assertions.assertThat;

import io.taidon.core.cache.EvictionReason;
import io.taidon.core.explain.Explanation.Miss;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** One row for each kind of change: what was built, what is asked, and the cause that is named. */
class MissReasonTest {

  /**
   * @param known what was built, and what happened to it
   * @param asked the request
   * @param step the first step that must run
   * @param said a part of the sentence
   */
  record Row(
      String name, Consumer<Known> known, Asked asked, MissReason reason, int step, String said) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static final Asked ABC = Asked.of("a", "b", "c");

  static Stream<Row> rows() {
    return Stream.of(
        row(
            "content of a script",
            k -> k.built(ABC),
            ABC.with(2, IngredientKind.SCRIPT, "b.sql", "2"),
            MissReason.SCRIPT_CHANGED,
            2,
            "script b.sql changed since state"),
        row(
            "nested include",
            k -> k.built(ABC.with(2, IngredientKind.INCLUDE, "sub/d.sql", "1")),
            ABC.with(2, IngredientKind.INCLUDE, "sub/d.sql", "2"),
            MissReason.INCLUDE_CHANGED,
            2,
            "included script sub/d.sql changed"),
        row(
            "an include more",
            k -> k.built(ABC),
            ABC.with(2, IngredientKind.SCRIPT, "b.sql", "2")
                .with(2, IngredientKind.INCLUDE, "d.sql", "1"),
            MissReason.SCRIPT_CHANGED,
            2,
            "script b.sql changed and included script d.sql is now read"),
        row(
            "data file of \\copy",
            k -> k.built(ABC.with(3, IngredientKind.DATA_FILE, "users.csv", "1")),
            ABC.with(3, IngredientKind.DATA_FILE, "users.csv", "2"),
            MissReason.DATA_FILE_CHANGED,
            3,
            "data file users.csv changed"),
        row(
            "value of a variable",
            k -> k.built(ABC.withAll(IngredientKind.VARIABLE, "n", "1")),
            ABC.withAll(IngredientKind.VARIABLE, "n", "2"),
            MissReason.VARIABLE_CHANGED,
            1,
            "variable n changed"),
        row(
            "variable added",
            k -> k.built(ABC),
            ABC.withAll(IngredientKind.VARIABLE, "n", "2"),
            MissReason.VARIABLE_ADDED,
            1,
            "variable n was added"),
        row(
            "variable removed",
            k -> k.built(ABC.withAll(IngredientKind.VARIABLE, "n", "2")),
            ABC,
            MissReason.VARIABLE_REMOVED,
            1,
            "variable n was removed"),
        row(
            "a variable that makes another file be read",
            k ->
                k.built(
                    ABC.withAll(IngredientKind.VARIABLE, "n", "1")
                        .with(1, IngredientKind.INCLUDE, "one.sql", "1")),
            ABC.withAll(IngredientKind.VARIABLE, "n", "2")
                .with(1, IngredientKind.INCLUDE, "two.sql", "2"),
            MissReason.VARIABLE_CHANGED,
            1,
            "variable n changed"),
        row(
            "flag",
            k -> k.built(ABC),
            ABC.withAll(IngredientKind.SINGLE_TRANSACTION, "", "on"),
            MissReason.OPTION_CHANGED,
            1,
            "--single-transaction changed from \"off\" to \"on\""),
        row(
            "standard input",
            k -> k.built(Asked.stdin("1")),
            Asked.stdin("2"),
            MissReason.STDIN_CHANGED,
            1,
            "standard input changed"),
        row(
            "command",
            k -> k.built(Asked.command("select 1 from t", "1")),
            Asked.command("select 2 from t", "2"),
            MissReason.COMMAND_CHANGED,
            1,
            "the command changed"),
        row(
            "step inserted",
            k -> k.built(Asked.of("a", "c")),
            ABC,
            MissReason.STEP_INSERTED,
            2,
            "(-f b.sql) must run: the step was inserted"),
        row(
            "step removed",
            k -> k.built(ABC),
            Asked.of("a", "c"),
            MissReason.STEP_REMOVED,
            2,
            "the step -f b.sql before it was removed"),
        row(
            "steps reordered",
            k -> k.built(ABC),
            Asked.of("b", "a", "c"),
            MissReason.STEP_MOVED,
            1,
            "was moved"),
        row(
            "last steps reordered",
            k -> k.built(ABC),
            Asked.of("a", "c", "b"),
            MissReason.STEP_MOVED,
            2,
            "was moved"),
        row(
            "step replaced",
            k -> k.built(ABC),
            Asked.of("a", "x", "c"),
            MissReason.STEP_REPLACED,
            2,
            "-f x.sql has taken the place of -f b.sql"),
        row(
            "engine, another major version",
            k -> k.built(ABC),
            ABC.engine("18.1", "x", "C.UTF-8", "--locale=C"),
            MissReason.ENGINE_MAJOR_CHANGED,
            1,
            "PostgreSQL changed from 17.5 to 18.1, another major version"),
        row(
            "engine, another minor version",
            k -> k.built(ABC),
            ABC.engine("17.6", "x", "C.UTF-8", "--locale=C"),
            MissReason.ENGINE_VERSION_CHANGED,
            1,
            "PostgreSQL changed from 17.5 to 17.6 since"),
        row(
            "engine, other binaries of the same version",
            k -> k.built(ABC),
            ABC.engine("17.5", "x", "C.UTF-8", "--locale=C"),
            MissReason.ENGINE_BINARIES_CHANGED,
            1,
            "the binaries of PostgreSQL (same version, other files) changed"),
        row(
            "engine known, the steps from another one",
            k -> k.built(ABC).built(Asked.of("z").engine("18.1", "x", "C.UTF-8", "--locale=C")),
            ABC.engine("18.1", "x", "C.UTF-8", "--locale=C"),
            MissReason.ENGINE_MAJOR_CHANGED,
            1,
            "another major version"),
        row(
            "option of initdb",
            k -> k.built(ABC),
            ABC.engine("17.5", "b", "C.UTF-8", "--locale=C --wal-segsize=1"),
            MissReason.INITDB_CHANGED,
            1,
            "the options of initdb changed from \"--locale=C\""),
        row(
            "locale",
            k -> k.built(ABC),
            ABC.engine("17.5", "b", "de_DE", "--locale=de_DE"),
            MissReason.LOCALE_CHANGED,
            1,
            "the locale changed from \"C.UTF-8\" to \"de_DE\""),
        row(
            "changeset edited",
            k -> k.built(Asked.changelog("1", "2", "3")),
            Asked.changelog("1", "2", "3")
                .with(2, IngredientKind.CHECKSUM, "", "9:x")
                .with(2, IngredientKind.CONTENT, "", "x"),
            MissReason.CHANGESET_CHANGED,
            2,
            "the changeset changed"),
        row(
            "changeset edited where the checksum forgives",
            k -> k.built(Asked.changelog("1", "2", "3")),
            Asked.changelog("1", "2", "3").with(2, IngredientKind.CONTENT, "", "x"),
            MissReason.CHANGESET_CHANGED,
            2,
            "its content changed"),
        row(
            "changeset inserted",
            k -> k.built(Asked.changelog("1", "3")),
            Asked.changelog("1", "2", "3"),
            MissReason.STEP_INSERTED,
            2,
            "the step was inserted"),
        row(
            "file of a changeset",
            k ->
                k.built(
                    Asked.changelog("1", "2").with(2, IngredientKind.CHANGESET_FILE, "u.csv", "1")),
            Asked.changelog("1", "2")
                .with(2, IngredientKind.CHANGESET_FILE, "u.csv", "2")
                .with(2, IngredientKind.CHECKSUM, "", "9:y"),
            MissReason.CHANGESET_FILE_CHANGED,
            2,
            "u.csv, which the changeset reads, changed"),
        row(
            "contexts",
            k -> k.built(Asked.changelog("1", "2")),
            Asked.changelog("1", "2").withAll(IngredientKind.CONTEXTS, "", "test"),
            MissReason.CONTEXTS_CHANGED,
            1,
            "the contexts changed from none to \"test\""),
        row(
            "labels",
            k -> k.built(Asked.changelog("1", "2")),
            Asked.changelog("1", "2").withAll(IngredientKind.LABELS, "", "slow"),
            MissReason.LABELS_CHANGED,
            1,
            "the labels changed"),
        row(
            "changelog parameter, with what follows from it",
            k ->
                k.built(Asked.changelog("1", "2").withAll(IngredientKind.PARAMETER, "schema", "1")),
            Asked.changelog("1", "2")
                .withAll(IngredientKind.PARAMETER, "schema", "2")
                .with(1, IngredientKind.CONTENT, "", "x"),
            MissReason.PARAMETER_CHANGED,
            1,
            "changelog parameter schema changed"),
        row(
            "evicted by pressure",
            k ->
                k.built(ABC)
                    .gone(ABC, 2, EvictionReason.USAGE_ABOVE_HIGH_WATERMARK)
                    .gone(ABC, 3, EvictionReason.EXPIRED),
            ABC,
            MissReason.EVICTED_PRESSURE,
            2,
            "because the cache was above its high watermark"),
        row(
            "evicted after its time",
            k -> k.built(ABC).gone(ABC, 3, EvictionReason.EXPIRED),
            ABC,
            MissReason.EVICTED_TTL,
            3,
            "its state is gone since 2026-11-27T13:00:00Z, because it was not used"),
        row(
            "removed",
            k -> k.built(ABC).gone(ABC, 3, EvictionReason.REMOVED),
            ABC,
            MissReason.REMOVED,
            3,
            "somebody removed it"),
        row(
            "evicted, and edited further on",
            k ->
                k.built(ABC)
                    .gone(ABC, 2, EvictionReason.EXPIRED)
                    .gone(ABC, 3, EvictionReason.EXPIRED),
            ABC.with(3, IngredientKind.SCRIPT, "c.sql", "2"),
            MissReason.EVICTED_TTL,
            2,
            "is gone since"),
        row(
            "vanished from the disk",
            k -> k.built(ABC).vanished(ABC, 3),
            ABC,
            MissReason.LOST,
            3,
            "its files vanished"),
        row(
            "passed through and never kept",
            k -> k.builtAtOnce(ABC),
            Asked.of("a", "b"),
            MissReason.NOT_KEPT,
            1,
            "its state was not kept"),
        row(
            "longer than what was built",
            k -> k.built(Asked.of("a", "b")),
            ABC,
            MissReason.NEVER_BUILT,
            3,
            "it was never built on top of state"),
        row(
            "another end on the same beginning",
            k -> k.built(Asked.of("a", "b", "x")),
            ABC,
            MissReason.NEVER_BUILT,
            3,
            "it was never built on top of state"),
        row(
            "only an empty cluster is known",
            k -> k.built(Asked.of()),
            ABC,
            MissReason.NEVER_BUILT,
            1,
            "no step of this request was built before"),
        row("nothing is known", k -> {}, ABC, MissReason.NEVER_BUILT, 1, "nothing like it"));
  }

  private static Row row(
      String name, Consumer<Known> known, Asked asked, MissReason reason, int step, String said) {
    return new Row(name, known, asked, reason, step, said);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("rows")
  void namesTheCause(Row row) {
    Known known = new Known();
    row.known().accept(known);

    Miss miss = (Miss) known.explain(row.asked());

    assertThat(miss.sentence()).contains(row.said()).startsWith("Step " + row.step() + " (");
    assertThat(miss.reason()).isEqualTo(row.reason());
    assertThat(miss.step()).isEqualTo(row.step());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("rows")
  void saysTheSameInWhateverOrderStatesAreKnown(Row row) {
    Known known = new Known();
    known.built(Asked.of("p", "q")).built(Asked.changelog("7", "8")).built(Asked.stdin("other"));
    row.known().accept(known);
    Explanation first = known.explain(row.asked());
    List<KnownState> states = new ArrayList<>(known.states());

    for (int seed = 0; seed < 10; seed++) {
      Collections.shuffle(states, new Random(seed));
      assertThat(known.explain(row.asked(), states)).isEqualTo(first);
    }
  }
}
