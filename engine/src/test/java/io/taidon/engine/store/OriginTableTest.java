package io.taidon.engine.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.taidon.core.cache.EvictionReason;
import io.taidon.core.explain.Ingredient;
import io.taidon.core.explain.IngredientKind;
import io.taidon.core.explain.KnownState;
import io.taidon.core.explain.StateOrigin;
import io.taidon.core.explain.StepOrigin;
import io.taidon.core.plan.StepKind;
import io.taidon.core.state.Digest;
import io.taidon.core.state.StateId;
import io.taidon.core.state.StateIdentity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OriginTableTest {
  private static final StateId BASE = StoreSamples.stateId(1);

  @TempDir Path directory;
  private StoreLayout layout;
  private Registry registry;

  @BeforeEach
  void open() {
    layout = StoreSamples.layout(directory);
    registry = Registry.open(layout, InstantSource.fixed(StoreSamples.NOW));
  }

  @AfterEach
  void close() {
    registry.close();
  }

  @Test
  void aRecordOutlivesItsStateAndSaysWhyItWent() {
    StateId state = register(BASE, step("a"));

    assertThat(near(state)).singleElement().satisfies(k -> assertThat(k.loss()).isEmpty());

    registry.states().removeAnyway(state, Removal.because(EvictionReason.EXPIRED));
    assertThat(near(state))
        .singleElement()
        .satisfies(k -> {
          assertThat(k.origin().steps()).containsExactly(step("a"));
          assertThat(k.buildMillis()).isEqualTo(67);
          assertThat(k.loss())
              .hasValueSatisfying(l -> assertThat(l.reason()).contains(EvictionReason.EXPIRED));
        });

    register(BASE, step("a"));
    assertThat(near(state)).singleElement().satisfies(k -> assertThat(k.loss()).isEmpty());
  }

  @Test
  void aRecordIsReadFromTheSidecarWhereTheRegistryIsLost() throws IOException {
    StateId state = register(BASE, step("a"));
    registry.states().markDurable(List.of(state), () -> {});
    registry.close();
    for (String file : List.of("", "-wal", "-shm")) {
      Files.deleteIfExists(layout.registry().resolveSibling("registry.db" + file));
    }
    registry = Registry.open(layout, InstantSource.fixed(StoreSamples.NOW));

    assertThat(near(state))
        .singleElement()
        .satisfies(k -> assertThat(k.origin().steps()).containsExactly(step("a")));
  }

  @Test
  void ancestorsAndDescendantsAreNear() {
    StateId first = register(BASE, step("a"));
    StateId second = register(first, step("b"));
    StateId third = register(second, step("c"));

    List<KnownState> known =
        OriginTable.read(registry.origins().near(List.of(third), StoreSamples.stateId(9)));
    assertThat(known)
        .extracting(k -> k.origin().id())
        .containsExactlyInAnyOrder(first, second, third);
  }

  @Test
  void onlySoManyOfThoseThatWentAreRemembered() throws SQLException {
    StateId last = register(BASE, step("last"));
    try (Connection raw = DriverManager.getConnection("jdbc:sqlite:" + layout.registry())) {
      raw.createStatement()
          .execute(
              "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5003)"
                  + " INSERT INTO origins SELECT printf('%064d', i), NULL, '{}', 0, i, i FROM n");
      registry.states().removeAnyway(last, Removal.because(EvictionReason.REMOVED));

      try (ResultSet row =
          raw.createStatement()
              .executeQuery(
                  "SELECT count(*), min(gone_at) FROM origins WHERE gone_at IS NOT NULL")) {
        assertThat(row.getInt(1)).isEqualTo(OriginTable.MOST_GONE);
        assertThat(row.getInt(2)).as("the oldest are forgotten").isEqualTo(5);
      }
    }
    assertThat(near(last)).isNotEmpty();
  }

  @Test
  void aRecordThatIsTooLongIsKeptWithoutIngredients() throws IOException {
    Ingredient wide = new Ingredient(IngredientKind.VARIABLE, "v", "x".repeat(400));
    StepOrigin large =
        new StepOrigin(StepKind.PSQL, "-f a.sql", step("a").hash(), Collections.nCopies(100, wide));
    StateOrigin origin =
        StateOrigin.after(BASE, Collections.nCopies(30, large), StoreSamples.stateId(2));

    String text = OriginJson.write(origin).orElseThrow();

    assertThat(text).hasSizeLessThan(OriginJson.MOST_CHARACTERS);
    StateOrigin read = OriginJson.read(origin.id(), text);
    assertThat(read.steps()).hasSize(30).allSatisfy(s -> assertThat(s.ingredients()).isEmpty());
    assertThat(
            OriginJson.write(
                StateOrigin.after(BASE, Collections.nCopies(9_000, large), origin.id())))
        .isEmpty();
  }

  @Test
  void theKeyIsMadeOnceAndForTheOwnerOnly() throws IOException {
    Path file = layout.originKey();
    Files.writeString(file, "cut sh");

    String digest = registry.origins().key().of("secret");

    assertThat(digest).matches("[0-9a-f]{32}").isEqualTo(OriginKey.of(layout).of("secret"));
    assertThat(digest).isNotEqualTo(registry.origins().key().of("other"));
    assertThat(Files.getPosixFilePermissions(file))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    assertThat(Files.readString(file)).hasSize(64);
  }

  private List<KnownState> near(StateId state) {
    return OriginTable.read(registry.origins().near(List.of(state), BASE)).stream()
        .filter(known -> known.origin().id().equals(state))
        .toList();
  }

  private StateId register(StateId parent, StepOrigin step) {
    StateId id = StateIdentity.after(parent, step.hash());
    StoreSamples.putDirectory(layout, id);
    registry
        .states()
        .register(
            StoreSamples.state(id, Optional.of(parent)),
            Optional.of(StateOrigin.after(parent, List.of(step), id)));
    return id;
  }

  private static StepOrigin step(String name) {
    Digest hash = StateIdentity.digest(name);
    return new StepOrigin(
        StepKind.PSQL,
        "-f " + name + ".sql",
        hash,
        List.of(new Ingredient(IngredientKind.SCRIPT, name + ".sql", name)));
  }
}
