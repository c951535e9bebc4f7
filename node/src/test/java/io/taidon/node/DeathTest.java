package io.taidon.node;

import static io.taidon.node.PlayedNode.NAMESPACE;
import static io.taidon.node.PlayedNode.randomId;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.StatusRuntimeException;
import io.taidon.engine.snapshot.LoopFileSystem.Type;
import io.taidon.node.PlayedNode.Volume;
import io.taidon.node.fault.NodeFault;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** The plugin dies between any two changes, and the next one puts everything right. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DeathTest {
  private static final Duration LONG = Duration.ofMinutes(5);

  /** No pod has a part in it; {@link EvictionTest} dies there. */
  private static final String EVICTION = "EVICTED_COPY_DELETED";

  @SuppressWarnings("NullAway.Init")
  private PlayedNode node;

  @BeforeAll
  void start() throws Exception {
    node = PlayedNode.create(Type.BTRFS);
  }

  @AfterAll
  @SuppressWarnings("ConstantValue")
  void stop() throws Exception {
    if (node != null) {
      node.close();
    }
  }

  @ParameterizedTest
  @EnumSource(mode = Mode.EXCLUDE, names = EVICTION)
  void kubeletAndBuildAskAgain(NodeFault point) throws Exception {
    String id = randomId();
    Volume volume = node.build(Optional.empty(), id);
    node.cluster().addState(NAMESPACE, id);
    dieAt(point, volume, id);
    node.startPlugin(LONG);
    if (point != NodeFault.SLOT_UNMOUNTED) {
      volume.publish();
      assertThat(volume.say("seal " + id).getFirst()).startsWith("ok ");
    }
    volume.unpublish();
    assertThat(node.state(id)).isDirectory();
    assertThat(node.leftInPool()).isEmpty();
    assertThat(node.mountsOfVolumes()).isEmpty();
    Awaitility.await().until(() -> !node.cluster().location(NAMESPACE, id).isEmpty());
    node.killPlugin();
  }

  @ParameterizedTest
  @EnumSource(mode = Mode.EXCLUDE, names = EVICTION)
  void podIsGoneWhenThePluginIsBack(NodeFault point) throws Exception {
    String id = randomId();
    Volume volume = node.build(Optional.empty(), id);
    dieAt(point, volume, id); // and nobody ever made a StateSnapshot
    node.cluster().removePod(volume.podUid());
    node.startPlugin(Duration.ZERO);
    Awaitility.await()
        .untilAsserted(() -> {
          assertThat(node.leftInPool()).isEmpty();
          assertThat(node.mountsOfVolumes()).isEmpty();
          assertThat(node.state(id)).doesNotExist();
        });
    node.killPlugin();
  }

  private void dieAt(NodeFault point, Volume volume, String id) throws Exception {
    node.startPlugin(LONG, point.name());
    assertThatThrownBy(() -> goThrough(volume, id)).isInstanceOf(Exception.class);
    node.awaitDeath();
  }

  private static void goThrough(Volume volume, String id) throws IOException {
    volume.publish();
    volume.say("seal " + id).getFirst();
    volume.unpublish();
  }

  @Test
  void podsGoOnWithoutThePluginAndAreKnownToTheNextOne() throws Exception {
    node.startPlugin(LONG);
    String state = node.makeState("seed");
    String next = randomId();
    Volume build = node.build(Optional.of(state), next);
    build.publish();
    String uid = UUID.randomUUID().toString();
    node.cluster().addInstance(uid);
    Volume instance = node.instance(state, uid);
    instance.publish();
    node.killPlugin();
    node.doAsTenant("echo on > " + build.target() + "/pgdata/file");
    node.doAsTenant("echo on > " + instance.target() + "/pgdata/file");
    node.startPlugin(LONG); // the stale sockets of the killed one are there
    assertThat(build.say("seal " + next).getFirst()).startsWith("ok ");
    build.publish();
    assertThat(node.state(next).resolve("file")).hasContent("on\n");
    instance.unpublish();
    build.unpublish();
    assertThat(node.instanceData(uid).resolve("file")).hasContent("on\n");
    assertThat(node.mountsOfVolumes()).isEmpty();
    node.killPlugin();
  }

  @Test
  void forcedDeletionOfAPodIsNoticed() throws Exception {
    node.startPlugin(Duration.ofMillis(300));
    Volume volume = node.build(Optional.empty(), randomId());
    volume.publish();
    node.cluster().removePod(volume.podUid());
    Awaitility.await().until(() -> !Files.exists(volume.slot()));
    assertThat(node.mountsOfVolumes()).isEmpty();
    volume.unpublish();
    node.killPlugin();
  }

  @Test
  void copyThatVanishedIsTakenBack() throws Exception {
    node.startPlugin(LONG);
    String state = node.makeState("seed");
    Awaitility.await().until(() -> !node.cluster().location(NAMESPACE, state).isEmpty());
    io.taidon.engine.snapshot.BackendProbe.backend(io.taidon.engine.snapshot.BackendKind.BTRFS)
        .orElseThrow()
        .delete(node.state(state));
    Awaitility.await().until(() -> node.cluster().location(NAMESPACE, state).isEmpty());
    assertThatThrownBy(() -> node.build(Optional.of(state), randomId()).publish())
        .isInstanceOf(StatusRuntimeException.class)
        .hasMessageContaining("NOT_FOUND");
    node.killPlugin();
  }
}
