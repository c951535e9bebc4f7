package io.taidon.engine.store;

import static io.taidon.engine.store.StoreSamples.CLOCK;
import static io.taidon.engine.store.StoreSamples.NOW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import io.taidon.core.state.StateId;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RegistryRecoveryTest {
  @TempDir Path directory;
  private StoreLayout layout;
  private StateId base;
  private StateId child;
  private InstanceRecord instance;

  @BeforeEach
  void fill() {
    layout = StoreSamples.layout(directory);
    try (Registry registry = Registry.open(layout, CLOCK)) {
      base = StoreSamples.registered(layout, registry, 1);
      child = StoreSamples.stateId(2);
      StoreSamples.putDirectory(layout, child);
      registry.states().register(StoreSamples.state(child, Optional.of(base)));
      registry.states().markDurable(List.of(base), () -> {});
      registry.cache().pin(base, true);
      registry.cache().pin(child, true);
      registry.cache().pin(child, false);
      instance = StoreSamples.instance(child);
      registry.instances().register(instance);
      instance =
          registry
              .instances()
              .change(
                  instance.id(),
                  i ->
                      i.running(SessionId.random(), 12, 34, Timeline.EMPTY.with("request", 5L))
                          .expiring(Optional.of(NOW)))
              .orElseThrow();
      registry.names().bind(new InstanceName("dev"), instance.id());
      JobRecord job = StoreSamples.job(NOW);
      registry.jobs().insert(job, List.of());
      for (int i = 0; i < 200; i++) {
        registry.events().append(job.id(), List.of(StoreSamples.log("x".repeat(500))));
      }
    }
  }

  enum Damage {
    GARBAGE,
    TRUNCATED,
    EMPTY,
    MISSING,
    GARBAGE_PAGES,
    ANOTHER_DATABASE,
    MISSING_TABLE
  }

  @ParameterizedTest
  @EnumSource
  void aDamagedRegistryIsRebuiltFromDisk(Damage damage) throws Exception {
    damage(damage);
    try (Registry registry = Registry.open(layout, CLOCK)) {
      Recovered recovered = registry.recovered().orElseThrow();
      assertThat(recovered.statesAdded()).containsExactlyInAnyOrder(base, child);
      assertThat(recovered.instancesAdded()).containsExactly(instance.id());
      assertThat(recovered.orphans()).isEmpty();
      assertThat(recovered.skipped()).isEmpty();
      boolean keptAside = damage != Damage.MISSING && damage != Damage.EMPTY;
      assertThat(recovered.movedAside().isPresent()).isEqualTo(keptAside);
      recovered.movedAside().ifPresent(aside -> assertThat(aside).exists());
      assertEverythingButJobs(registry);
    }
    try (Registry registry = Registry.open(layout, CLOCK)) {
      assertThat(registry.recovered()).isEmpty();
      assertEverythingButJobs(registry);
    }
  }

  @Test
  void damageMetByAQueryIsRepairedAtTheNextStart() throws Exception {
    overwritePages();
    Files.deleteIfExists(layout.registrySuspect());
    try (Registry registry = Registry.open(layout, CLOCK)) {
      assertThat(registry.recovered()).isEmpty();
      assertThatThrownBy(
              () -> {
                for (JobRecord job : registry.jobs().list(JobFilter.ALL)) {
                  registry.events().read(job.id(), 1, 1000);
                }
                registry.states().list(StateFilter.ALL);
              })
          .isInstanceOfSatisfying(
              TaidonException.class,
              e -> {
                assertThat(e.code()).isEqualTo(ErrorCode.STORE_UNUSABLE);
                assertThat(e.remedy()).isPresent();
              });
    }
    try (Registry registry = Registry.open(layout, CLOCK)) {
      assertThat(registry.recovered().orElseThrow().movedAside()).isPresent();
      assertEverythingButJobs(registry);
    }
  }

  @Test
  void aRegistryInUseIsNotMovedAway() throws Exception {
    try (StoreProcess other = StoreProcess.start(layout)) {
      assertThat(other.answer()).isEqualTo("ready");
      assertThat(other.ask("open")).isEqualTo("opened");
      Files.writeString(
          layout.registry(), "not a database, but long enough to be read as one\n".repeat(100));
      assertThatThrownBy(() -> Registry.open(layout, CLOCK))
          .isInstanceOfSatisfying(
              TaidonException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.STORE_UNUSABLE));
      other.kill();
    }
    try (Registry registry = Registry.open(layout, CLOCK)) {
      assertThat(registry.recovered().orElseThrow().movedAside()).isPresent();
      assertEverythingButJobs(registry);
    }
  }

  @Test
  void afterAKillTheNextStartFindsWhatWasNotRegistered() throws Exception {
    StateId sealed = StoreSamples.stateId(10);
    try (StoreProcess other = StoreProcess.start(layout)) {
      assertThat(other.answer()).isEqualTo("ready");
      assertThat(other.ask("open")).isEqualTo("opened");
      StoreSamples.putDirectory(layout, sealed);
      StateSidecar.write(layout, StoreSamples.state(sealed, Optional.of(base)), Optional.empty());
      other.kill();
    }
    try (Registry registry = Registry.open(layout, CLOCK)) {
      assertThat(registry.recovered().orElseThrow().statesAdded()).containsExactly(sealed);
      assertThat(registry.states().contains(sealed)).isTrue();
    }
  }

  @Test
  void aNewerRegistryIsRefusedAndLeftAlone() throws Exception {
    try (SqliteConnection connection = SqliteConnection.open(layout.registry())) {
      connection.execute("PRAGMA user_version = 99");
    }
    assertThatThrownBy(() -> Registry.open(layout, CLOCK))
        .isInstanceOfSatisfying(
            TaidonException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.STORE_UNUSABLE);
              assertThat(e.remedy().orElseThrow()).contains("Upgrade sqlrs");
            });
    try (SqliteConnection connection = SqliteConnection.open(layout.registry())) {
      assertThat(connection.number("PRAGMA user_version")).isEqualTo(99);
      assertThat(connection.number("SELECT count(*) FROM states")).isEqualTo(2);
    }
  }

  @Test
  void whatACrashLeftIsMadeToAgree() throws Exception {
    StateId unregistered = StoreSamples.stateId(10);
    StoreSamples.putDirectory(layout, unregistered);
    StateSidecar.write(
        layout, StoreSamples.state(unregistered, Optional.of(base)), Optional.empty());
    StateId undescribed = StoreSamples.stateId(11);
    StoreSamples.putDirectory(layout, undescribed);
    StateId unsealed = StoreSamples.stateId(12);
    StateSidecar.write(layout, StoreSamples.state(unsealed, Optional.of(base)), Optional.empty());
    StatePin.write(layout, unsealed);
    StateId illDescribed = StoreSamples.stateId(13);
    StoreSamples.putDirectory(layout, illDescribed);
    Files.writeString(layout.stateSidecar(illDescribed), "{\"form\": \"taidon-state-v1\"");
    StateId bomb = StoreSamples.stateId(14);
    StoreSamples.putDirectory(layout, bomb);
    Files.writeString(layout.stateSidecar(bomb), "[".repeat(100_000));
    StateId mistaken = StoreSamples.stateId(15);
    StoreSamples.putDirectory(layout, mistaken);
    Files.copy(layout.stateSidecar(base), layout.stateSidecar(mistaken));
    Path temporary = Files.writeString(layout.states().resolve(".sidecar-1"), "{");
    Path note = Files.writeString(layout.states().resolve("README"), "hello");
    Files.delete(layout.stateSidecar(child));
    InstanceId lonely = InstanceId.random();
    Files.createDirectories(layout.instance(lonely).resolve("data"));
    leaveUncleanly();

    try (Registry registry = Registry.open(layout, CLOCK)) {
      Recovered recovered = registry.recovered().orElseThrow();
      assertThat(recovered.movedAside()).isEmpty();
      assertThat(recovered.statesAdded()).containsExactly(unregistered);
      assertThat(recovered.statesDropped()).containsExactly(child);
      assertThat(recovered.orphans())
          .containsExactlyInAnyOrder(
              layout.state(undescribed),
              layout.state(illDescribed),
              layout.state(bomb),
              layout.state(mistaken),
              layout.state(child),
              layout.instance(lonely));
      assertThat(recovered.skipped())
          .extracting(Recovered.Skipped::file)
          .containsExactlyInAnyOrder(
              layout.stateSidecar(illDescribed),
              layout.stateSidecar(bomb),
              layout.stateSidecar(mistaken),
              note);
      assertThat(temporary).doesNotExist();
      assertThat(note).exists();
      assertThat(layout.stateSidecar(unsealed)).doesNotExist();
      assertThat(layout.statePin(unsealed)).doesNotExist();
      assertThat(registry.states().contains(unregistered)).isTrue();
      assertThat(registry.states().contains(child)).isFalse();
      assertThat(registry.jobs().list(JobFilter.ALL)).as("nothing else is lost").hasSize(1);
    }
  }

  @Test
  void aDirectoryThatVanishedTakesItsRowAlong() throws Exception {
    Files.delete(layout.state(child).resolve("PG_VERSION"));
    Files.delete(layout.state(child));
    Files.delete(layout.instanceSidecar(instance.id()));
    Files.delete(layout.instance(instance.id()));
    leaveUncleanly();
    try (Registry registry = Registry.open(layout, CLOCK)) {
      Recovered recovered = registry.recovered().orElseThrow();
      assertThat(recovered.statesDropped()).containsExactly(child);
      assertThat(recovered.instancesDropped()).containsExactly(instance.id());
      assertThat(registry.names().find(new InstanceName("dev")).orElseThrow().status())
          .isEqualTo(NameStatus.MISSING);
    }
  }

  @Test
  void aBuilderAdoptsWhatItsPredecessorSealed() throws Exception {
    try (Registry registry = Registry.open(layout, CLOCK)) {
      StateId sealed = StoreSamples.stateId(10);
      assertThat(registry.states().adopt(sealed)).isEmpty();
      StoreSamples.putDirectory(layout, sealed);
      assertThat(registry.states().adopt(sealed)).isEmpty();
      StateRecord state = StoreSamples.state(sealed, Optional.of(base));
      StateSidecar.write(layout, state, Optional.empty());
      assertThat(registry.states().adopt(sealed)).contains(state);
      assertThat(registry.states().find(sealed)).contains(state);
    }
  }

  @Test
  void aKilledProcessLeavesARegistryThatWorks() throws Exception {
    try (StoreProcess other = StoreProcess.start(layout)) {
      assertThat(other.answer()).isEqualTo("ready");
      JobRecord job = StoreSamples.job(NOW);
      try (Registry registry = Registry.open(layout, CLOCK)) {
        registry.jobs().insert(job, List.of());
        other.tell("work " + job.id() + " 1000000");
        org.awaitility.Awaitility.await().until(() -> registry.events().count(job.id()) > 20);
        other.kill();
        long before = registry.events().count(job.id());
        long after = registry.events().append(job.id(), List.of(StoreSamples.log("mine")));
        assertThat(after).isEqualTo(before + 1);
        assertThat(registry.events().read(job.id(), 1, 1_000_000)).hasSize((int) after);
      }
    }
  }

  @Test
  void aPinThatHasNoFileGetsOneAndARebuildKeepsItThen() throws Exception {
    Files.delete(layout.statePin(base));
    try (Registry registry = Registry.open(layout, CLOCK)) {
      registry.cache().writeMissingPins();
      registry.cache().writeMissingPins();

      assertThat(layout.statePin(base)).isRegularFile();
      assertThat(layout.statePin(child)).as("released").doesNotExist();
      registry.cache().pin(base, false);
      registry.cache().writeMissingPins();
      assertThat(layout.statePin(base)).as("released").doesNotExist();
      registry.cache().pin(base, true);
    }
    leaveUncleanly();
    damage(Damage.GARBAGE);
    try (Registry registry = Registry.open(layout, CLOCK)) {
      assertThat(registry.cache().pinned()).containsExactly(base);
    }
  }

  private void assertEverythingButJobs(Registry registry) {
    assertThat(registry.states().find(base))
        .contains(StoreSamples.state(base, Optional.empty()).madeDurable());
    assertThat(registry.states().find(child).orElseThrow().parent()).contains(base);
    assertThat(registry.cache().pinned()).containsExactly(base);
    assertThat(registry.states().untrusted(new BootId("next"))).containsExactly(child);
    assertThat(registry.instances().find(instance.id())).contains(instance);
    assertThat(registry.names().find(new InstanceName("dev")).orElseThrow().instance())
        .isEqualTo(instance.id());
  }

  /** As after a crash: the log is there and nobody uses the registry. */
  private void leaveUncleanly() throws IOException {
    Files.writeString(layout.registrySuspect(), "");
  }

  private void damage(Damage damage) throws Exception {
    switch (damage) {
      case GARBAGE -> Files.writeString(layout.registry(), "garbage ".repeat(10_000));
      case TRUNCATED -> {
        byte[] bytes = Files.readAllBytes(layout.registry());
        Files.write(layout.registry(), java.util.Arrays.copyOf(bytes, bytes.length / 2));
      }
      case EMPTY -> Files.write(layout.registry(), new byte[0]);
      case MISSING -> Files.delete(layout.registry());
      case GARBAGE_PAGES -> {
        overwritePages();
        leaveUncleanly();
      }
      case ANOTHER_DATABASE -> {
        Files.delete(layout.registry());
        try (SqliteConnection connection = SqliteConnection.open(layout.registry())) {
          connection.execute("CREATE TABLE recipes (name TEXT)");
        }
      }
      case MISSING_TABLE -> {
        try (SqliteConnection connection = SqliteConnection.open(layout.registry())) {
          connection.execute("DROP TABLE names");
        }
      }
    }
  }

  /** Everything after the schema's own page becomes nonsense. */
  /** Every table's first page; the pages that say which tables there are stay. */
  private void overwritePages() throws Exception {
    List<Long> pages;
    try (SqliteConnection connection = SqliteConnection.open(layout.registry())) {
      pages =
          connection.list(
              row -> row.getLong(1), "SELECT rootpage FROM sqlite_schema WHERE rootpage > 1");
    }
    try (RandomAccessFile file = new RandomAccessFile(layout.registry().toFile(), "rw")) {
      byte[] nonsense = "nonsense".repeat(512).getBytes(StandardCharsets.US_ASCII);
      for (long page : pages) {
        file.seek((page - 1) * 4096);
        file.write(nonsense);
      }
    }
  }
}
