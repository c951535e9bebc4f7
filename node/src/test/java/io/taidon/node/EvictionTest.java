package io.taidon.node;

import static io.taidon.node.PlayedNode.NAMESPACE;
import static io.taidon.node.PlayedNode.randomId;
import static org.assertj.core.api.Assertions.assertThat;

import io.taidon.engine.snapshot.LoopFileSystem.Type;
import io.taidon.node.PlayedNode.Volume;
import io.taidon.node.fault.NodeFault;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Copies that the operator evicts go, their bytes come back, and pool and API agree again. */
class EvictionTest {
  private static final Duration LONG = Duration.ofMinutes(5);
  private static final long MEBIBYTE = 1024 * 1024;

  @ParameterizedTest
  @EnumSource(
      value = Type.class,
      names = {"BTRFS", "XFS", "EXT4"})
  void bytesComeBackBeforeTheLocationGoes(Type type) throws Exception {
    try (PlayedNode node = PlayedNode.create(type)) {
      node.startPlugin(LONG);
      String base = make(node, Optional.empty(), 20);
      String child = make(node, Optional.of(base), 40);
      // Where clones share, the child has its own 40 only; else the base's 20 as well.
      long own = type == Type.EXT4 ? 60 : 40;
      patiently()
          .untilAsserted(
              () -> assertThat(mebibytes(node, "usedBytes")).isBetween(own + 20, own + 24));
      assertThat(mebibytes(node, "usedBytes." + NAMESPACE)).isBetween(own + 20, own + 24);
      long free = node.cluster().reported("default", "freeBytes");

      node.cluster().evictState(NAMESPACE, child);
      patiently().until(() -> node.cluster().location(NAMESPACE, child).isEmpty());

      assertThat(node.state(child)).doesNotExist();
      assertThat(node.state(base)).isDirectory();
      assertThat(mebibytes(node, "usedBytes")).isBetween(20L, 24L);
      assertThat(node.cluster().reported("default", "freeBytes") - free)
          .isGreaterThan((own - 4) * MEBIBYTE);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Type.class,
      names = {"BTRFS"})
  void deathInTheMiddleLeavesPoolAndApiInAgreement(Type type) throws Exception {
    try (PlayedNode node = PlayedNode.create(type)) {
      node.startPlugin(LONG);
      String state = make(node, Optional.empty(), 1);
      node.killPlugin();
      node.cluster().evictState(NAMESPACE, state);
      node.startPlugin(LONG, NodeFault.EVICTED_COPY_DELETED.name());
      node.awaitDeath();
      assertThat(node.state(state)).doesNotExist();
      assertThat(node.cluster().location(NAMESPACE, state)).isNotEmpty();
      node.startPlugin(LONG);
      patiently().until(() -> node.cluster().location(NAMESPACE, state).isEmpty());
      assertThat(node.leftInPool()).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Type.class,
      names = {"BTRFS"})
  void aCopyThatIsMadeAgainIsAnotherAndStays(Type type) throws Exception {
    try (PlayedNode node = PlayedNode.create(type)) {
      node.startPlugin(LONG);
      String state = make(node, Optional.empty(), 1);
      node.cluster().evictState(NAMESPACE, state); // and the mark is never taken back
      patiently().until(() -> node.cluster().location(NAMESPACE, state).isEmpty());
      Volume again = node.build(Optional.empty(), state);
      again.publish();
      assertThat(again.say("seal " + state).getFirst()).startsWith("ok ");
      again.unpublish();
      patiently().until(() -> !node.cluster().location(NAMESPACE, state).isEmpty());
      node.killPlugin();
      node.startPlugin(LONG);
      String other = make(node, Optional.empty(), 1); // looks have been taken since
      assertThat(node.state(other)).isDirectory();
      assertThat(node.state(state)).isDirectory();
      assertThat(node.cluster().location(NAMESPACE, state)).isNotEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Type.class,
      names = {"BTRFS", "EXT4"})
  void anInstanceOutlivesTheStateThatItCameFrom(Type type) throws Exception {
    try (PlayedNode node = PlayedNode.create(type)) {
      node.startPlugin(LONG);
      String state = make(node, Optional.empty(), 1);
      String uid = UUID.randomUUID().toString();
      node.cluster().addInstance(uid);
      Volume first = node.instance(state, uid);
      first.publish();
      first.unpublish();
      node.cluster().evictState(NAMESPACE, state);
      patiently().until(() -> node.cluster().location(NAMESPACE, state).isEmpty());
      Volume second = node.instance(state, uid); // it was stopped and is woken
      second.publish();
      assertThat(Files.size(node.instanceData(uid).resolve("file"))).isEqualTo(MEBIBYTE);
      second.unpublish();
    }
  }

  /** A state with a file of random bytes, made by a build; its location is known. */
  private static String make(PlayedNode node, Optional<String> start, int megabytes)
      throws IOException {
    String id = randomId();
    node.cluster().addState(NAMESPACE, id);
    Volume volume = node.build(start, id);
    volume.publish();
    node.doAsTenant(
        "head -c "
            + megabytes
            + "M /dev/urandom > "
            + volume.target()
            + "/pgdata/"
            + (start.isPresent() ? "more" : "file"));
    assertThat(volume.say("seal " + id).getFirst()).startsWith("ok ");
    volume.unpublish();
    patiently().until(() -> !node.cluster().location(NAMESPACE, id).isEmpty());
    return id;
  }

  private static ConditionFactory patiently() {
    return Awaitility.await().atMost(Duration.ofMinutes(2));
  }

  private static long mebibytes(PlayedNode node, String figure) {
    return node.cluster().reported("default", figure) / MEBIBYTE;
  }
}
