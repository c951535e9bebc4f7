package io.taidon.engine.store;

import static io.taidon.engine.store.StoreSamples.NOW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.taidon.core.cache.Eviction;
import io.taidon.core.cache.EvictionReason;
import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import io.taidon.core.state.StateId;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RegistryTest {
  private static final StateId UNKNOWN = StoreSamples.stateId(99);

  @TempDir Path directory;
  private StoreLayout layout;
  private Registry registry;
  private Instant now = NOW;

  @BeforeEach
  void open() {
    layout = StoreSamples.layout(directory);
    registry = Registry.open(layout, () -> now);
  }

  @AfterEach
  void close() {
    registry.close();
  }

  @Test
  void aNewRegistryIsPrivateAndHasNothingToReport() throws Exception {
    assertThat(registry.recovered()).isEmpty();
    registry.states().list(StateFilter.ALL);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(layout.registry())))
        .isEqualTo("rw-------");
    Path log = layout.registry().resolveSibling("registry.db-wal");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(log)))
        .isEqualTo("rw-------");
    registry.close();
    assertThat(log).doesNotExist();
    assertThatThrownBy(() -> registry.states().contains(UNKNOWN))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void statesComeBackAsTheyWent() {
    StateId base = StoreSamples.registered(layout, registry, 1);
    StateRecord child = StoreSamples.state(StoreSamples.stateId(2), Optional.of(base));
    assertThat(registry.states().register(child)).isTrue();
    assertThat(registry.states().register(child)).isFalse();
    assertThat(registry.states().find(child.id())).contains(child);
    assertThat(registry.states().contains(base)).isTrue();
    assertThat(registry.states().contains(UNKNOWN)).isFalse();
    assertThat(registry.states().among(List.of(base, UNKNOWN, child.id())))
        .containsExactlyInAnyOrder(base, child.id());
    assertThat(registry.states().among(List.of())).isEmpty();
    assertThat(registry.states().children(base)).containsExactly(child);
    assertThat(
            registry
                .states()
                .list(
                    new StateFilter(
                        Optional.of(new IdPrefix(child.id().hex().substring(0, 8))),
                        Optional.of(StateKind.PSQL),
                        Optional.of("17.11"))))
        .containsExactly(child);
    assertThat(
            registry
                .states()
                .list(new StateFilter(Optional.empty(), Optional.empty(), Optional.of("18.6"))))
        .isEmpty();
    assertThat(registry.states().remove(base, Removal.because(EvictionReason.REMOVED))).isTrue();
    assertThat(registry.states().remove(base, Removal.because(EvictionReason.REMOVED))).isFalse();
    assertThat(layout.stateSidecar(base)).doesNotExist();
    assertThat(registry.states().find(child.id())).contains(child);
  }

  @Test
  void aStateThatWentSaysWhenAndWhy() {
    StateId base = StoreSamples.registered(layout, registry, 1);
    StateRecord child = StoreSamples.state(StoreSamples.stateId(2), Optional.of(base));
    registry.states().register(child);
    now = NOW.plusSeconds(60);
    EvictionRun.Start start =
        new EvictionRun.Start(
            "background",
            EvictionReason.USAGE_ABOVE_HIGH_WATERMARK,
            Optional.empty(),
            1000,
            500,
            1100);
    long run = registry.evictions().begin(start);
    Eviction decision =
        new Eviction(
            child.id(),
            EvictionReason.USAGE_ABOVE_HIGH_WATERMARK,
            300,
            4000,
            0.5,
            Optional.empty());
    registry
        .states()
        .remove(child.id(), Removal.decided(OptionalLong.of(run), decision, 250, Optional.empty()));
    registry.evictions().end(run, 750, 750);
    registry.states().remove(base, Removal.because(EvictionReason.REMOVED));

    EvictionRecord gone = registry.evictions().latest(child.id()).orElseThrow();
    assertThat(gone.reason()).isEqualTo(EvictionReason.USAGE_ABOVE_HIGH_WATERMARK);
    assertThat(gone.at()).isEqualTo(now);
    assertThat(gone.parent()).contains(base);
    assertThat(gone.rebuildMillis()).hasValue(4000);
    assertThat(gone.keepScore()).hasValue(0.5);
    assertThat(gone.freedBytes()).isEqualTo(250);
    assertThat(registry.evictions().newest(10))
        .extracting(EvictionRecord::state)
        .containsExactly(base, child.id());
    assertThat(registry.evictions().ofRun(run)).containsExactly(gone);
    EvictionRun ended = registry.evictions().runs(10).getFirst();
    assertThat(ended.evictedCount()).isEqualTo(1);
    assertThat(ended.freedBytes()).isEqualTo(250);
    assertThat(ended.usedBefore() - ended.usedAfter().orElseThrow()).isEqualTo(250);
    assertThat(ended.finishedAt()).contains(now);
    assertThat(registry.evictions().latest(UNKNOWN)).isEmpty();
  }

  @Test
  void usesAreCounted() {
    StateId first = StoreSamples.registered(layout, registry, 1);
    StateId second = StoreSamples.registered(layout, registry, 2);
    now = NOW.plusSeconds(60);
    registry.states().touch(List.of(first, second, UNKNOWN));
    now = NOW.plusSeconds(30);
    registry.states().touch(List.of(first));
    StateRecord used = registry.states().find(first).orElseThrow();
    assertThat(used.useCount()).isEqualTo(2);
    assertThat(used.lastUsedAt()).as("never goes back").isEqualTo(NOW.plusSeconds(60));
  }

  @Test
  void aStateIsTrustedAfterARebootOnlyOnceDurable() {
    StateId synced = StoreSamples.registered(layout, registry, 1);
    StateId lost = StoreSamples.registered(layout, registry, 2);
    BootId reboot = new BootId("boot-2");
    assertThat(registry.states().notDurable()).containsExactlyInAnyOrder(synced, lost);
    assertThat(registry.states().untrusted(StoreSamples.BOOT)).isEmpty();
    registry.states().markDurable(List.of(synced, UNKNOWN), () -> {});
    assertThat(registry.states().notDurable()).containsExactly(lost);
    assertThat(registry.states().untrusted(reboot)).containsExactly(lost);
    assertThat(layout.stateSidecar(UNKNOWN)).doesNotExist();
    assertThat(layout.states()).isDirectoryNotContaining("glob:**/.sidecar-*");
    assertThat(layout.stateSidecar(synced)).content().contains("\"durable\":true");
  }

  @Test
  void prefixesFindOneOfEachKind() {
    StateId one = new StateId("abcdef01" + "0".repeat(56));
    StateId two = new StateId("abcdef01" + "1".repeat(56));
    registry.states().register(StoreSamples.state(one, Optional.empty()));
    assertThat(registry.states().find(new IdPrefix("ABCDEF01"))).contains(one);
    assertThat(registry.resolve(new IdPrefix("ABCDEF010"))).contains(new Reference.ToState(one));
    assertThat(registry.resolve(new IdPrefix("abcdef02"))).isEmpty();
    JobRecord job =
        JobRecord.queued(
            new JobId("abcdef01" + "2".repeat(24)), "psql", "{}", false, SessionId.random(), NOW);
    registry.jobs().insert(job, List.of());
    assertCode(ErrorCode.AMBIGUOUS_REFERENCE, () -> registry.resolve(new IdPrefix("abcdef01")));
    assertThat(registry.resolve(new IdPrefix("abcdef012"))).contains(new Reference.ToJob(job.id()));
    registry.states().register(StoreSamples.state(two, Optional.empty()));
    assertCode(
        ErrorCode.AMBIGUOUS_REFERENCE, () -> registry.states().find(new IdPrefix("abcdef01")));
    assertThat(registry.states().find(new IdPrefix(two.hex()))).contains(two);
  }

  @Test
  void anInstanceKeepsItsState() {
    StateId state = StoreSamples.registered(layout, registry, 1);
    InstanceRecord instance = StoreSamples.instance(state);
    registry.instances().register(instance);
    assertThat(registry.instances().find(instance.id())).contains(instance);
    assertThat(registry.states().referenceCount(state)).isEqualTo(1);
    assertThat(registry.instances().countByState()).isEqualTo(Map.of(state, 1));
    assertThat(registry.states().find(state).orElseThrow().useCount()).isEqualTo(1);
    assertCode(
        ErrorCode.DELETION_BLOCKED,
        () -> registry.states().remove(state, Removal.because(EvictionReason.REMOVED)));
    assertThat(registry.states().contains(state)).isTrue();
    assertThat(layout.stateSidecar(state)).exists();
    assertCode(ErrorCode.CONFLICT, () -> registry.instances().register(instance));
    assertThat(registry.instances().remove(instance.id())).isTrue();
    assertThat(registry.instances().remove(instance.id())).isFalse();
    assertThat(layout.instanceSidecar(instance.id())).doesNotExist();
    assertThat(registry.states().remove(state, Removal.because(EvictionReason.REMOVED))).isTrue();
    assertCode(
        ErrorCode.NOT_FOUND, () -> registry.instances().register(StoreSamples.instance(state)));
  }

  @Test
  void instancesChangeAndAreListed() {
    StateId state = StoreSamples.registered(layout, registry, 1);
    SessionId session = SessionId.random();
    InstanceRecord instance = StoreSamples.instance(state);
    registry.instances().register(instance);
    Timeline timeline = Timeline.EMPTY.with("request", 1L).with("cloned", 5L).with("bound", 3L);
    InstanceRecord running =
        registry
            .instances()
            .change(
                instance.id(),
                i -> i.running(session, 4711, 55432, timeline).expiring(Optional.of(NOW)))
            .orElseThrow();
    assertThat(registry.instances().find(instance.id())).contains(running);
    assertThat(running.timeline().microsByStation().keySet())
        .containsExactly("request", "cloned", "bound");
    assertThat(registry.instances().list(InstanceFilter.ofOwner(session))).containsExactly(running);
    assertThat(registry.instances().list(InstanceFilter.expiredAt(NOW))).containsExactly(running);
    assertThat(registry.instances().list(InstanceFilter.expiredAt(NOW.minusMillis(1)))).isEmpty();
    registry.instances().change(instance.id(), i -> i.withoutServer(InstanceStatus.STOPPED));
    assertThat(registry.instances().list(InstanceFilter.ofOwner(session))).isEmpty();
    now = NOW.plus(Duration.ofHours(1));
    registry.instances().touch(instance.id());
    assertThat(registry.instances().find(instance.id()).orElseThrow().lastUsedAt()).isEqualTo(now);
    assertThat(registry.instances().change(InstanceId.random(), i -> i)).isEmpty();
    assertThatThrownBy(
            () -> registry.instances().change(instance.id(), i -> StoreSamples.instance(state)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void namesSurviveTheirInstances() {
    StateId state = StoreSamples.registered(layout, registry, 1);
    InstanceRecord first = StoreSamples.instance(state);
    InstanceRecord second = StoreSamples.instance(state);
    registry.instances().register(first);
    registry.instances().register(second);
    InstanceName dev = new InstanceName("dev");
    assertCode(ErrorCode.NOT_FOUND, () -> registry.names().bind(dev, InstanceId.random()));
    assertThat(registry.names().find(dev)).isEmpty();
    assertThat(registry.names().bind(dev, first.id()))
        .isEqualTo(new NameRecord(dev, first.id(), state, NOW, NameStatus.ACTIVE));
    registry.names().bind(dev, first.id());
    assertCode(ErrorCode.NAME_IN_USE, () -> registry.names().bind(dev, second.id()));
    assertThat(registry.names().rebind(dev, second.id())).contains(first.id());
    assertThat(layout.instanceSidecar(first.id())).content().doesNotContain("dev");
    assertThat(layout.instanceSidecar(second.id())).content().contains("dev");
    registry.instances().change(second.id(), i -> i.expiring(Optional.of(NOW)));
    assertThat(registry.names().list())
        .extracting(NameRecord::status)
        .containsExactly(NameStatus.EXPIRED);
    registry.instances().remove(second.id());
    assertThat(registry.names().find(dev).orElseThrow().status()).isEqualTo(NameStatus.MISSING);
    assertThat(registry.names().find(dev).orElseThrow().state()).isEqualTo(state);
    assertThat(registry.names().bind(dev, first.id()).status()).isEqualTo(NameStatus.ACTIVE);
    assertThat(registry.names().ofInstance(first.id())).hasSize(1);
    assertThat(registry.names().remove(dev)).isTrue();
    assertThat(registry.names().remove(dev)).isFalse();
  }

  private static void assertCode(
      ErrorCode code, org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(TaidonException.class, e -> assertThat(e.code()).isEqualTo(code));
  }
}
