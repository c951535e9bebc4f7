package io.taidon.node;

import static io.taidon.node.PlayedNode.NAMESPACE;
import static io.taidon.node.PlayedNode.randomId;
import static org.assertj.core.api.Assertions.assertThat;

import io.taidon.engine.snapshot.LoopFileSystem.Type;
import io.taidon.node.PlayedNode.Volume;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a pod without any capability can do inside its volume. */
class AttackTest {
  @SuppressWarnings("NullAway.Init")
  private PlayedNode node;

  @BeforeEach
  void start() throws Exception {
    node = PlayedNode.create(Type.BTRFS);
    node.startPlugin(Duration.ZERO);
  }

  @AfterEach
  void stop() throws Exception {
    node.close();
  }

  @Test
  void nestedSubvolumesStopNothing() throws Exception {
    String id = randomId();
    node.cluster().addState(NAMESPACE, id);
    Volume volume = node.build(Optional.empty(), id);
    volume.publish();
    nest(volume);
    assertThat(volume.say("seal " + id).getFirst()).startsWith("ok ");
    volume.unpublish();
    assertThat(node.leftInPool()).isEmpty();
    String uid = UUID.randomUUID().toString();
    node.cluster().addInstance(uid);
    Volume instance = node.instance(id, uid);
    instance.publish();
    node.doAsTenant("rmdir " + instance.target() + "/pgdata/a 2>/dev/null || true");
    nest(instance);
    instance.unpublish();
    node.cluster().removeInstance(uid);
    node.cluster().deleteState(NAMESPACE, id);
    Awaitility.await().until(() -> !Files.exists(node.pool().resolve(NAMESPACE)));
  }

  private void nest(Volume volume) {
    String data = volume.target() + "/pgdata";
    node.doAsTenant(
        "cd "
            + data
            + " && btrfs -q subvolume create a && btrfs -q subvolume create a/b"
            + " && mkdir -p a/b/c/d && btrfs -q subvolume create a/b/c/d/e"
            + " && btrfs -q subvolume snapshot -r a a/b/read-only"
            + " && chmod 0 a/b/c");
  }

  @Test
  void nothingCanBePlantedInTheSlot() throws Exception {
    String id = randomId();
    String state = node.makeState("seed");
    node.cluster().addState(NAMESPACE, id);
    Volume volume = node.build(Optional.of(state), id);
    volume.publish();
    String slot = volume.target().toString();
    for (String attack :
        new String[] {
          "mv pgdata gone",
          "ln -s / planted",
          "rm -f seal.sock",
          "ln -sfT /etc pgdata",
          "mkdir new",
          "chmod 777 .",
          "touch ../record",
        }) {
      assertThat(node.asTenant("cd " + slot + " && " + attack + " 2>/dev/null"))
          .as(attack)
          .isNotZero();
    }
    node.doAsTenant(
        "cd "
            + slot
            + "/pgdata && ln -s "
            + node.state(state)
            + " state && ln -s / root && chmod 000 .");
    assertThat(volume.say("seal " + id).getFirst()).startsWith("ok ");
    assertThat(node.state(id).resolve("root")).isSymbolicLink();
    volume.unpublish();
    assertThat(node.state(state).resolve("file")).hasContent("seed");
    assertThat(node.leftInPool()).isEmpty();
  }

  @Test
  void idleConnectionsHarmOnlyTheirOwnSlot() throws Exception {
    String id = randomId();
    node.cluster().addState(NAMESPACE, id);
    Volume hostile = node.build(Optional.empty(), randomId());
    hostile.publish();
    Volume other = node.build(Optional.empty(), id);
    other.publish();
    Process idle =
        node.tenant(
            "exec perl -MIO::Socket::UNIX -e 'my @s; for (1..50) { push @s,"
                + " IO::Socket::UNIX->new(Peer => $ARGV[0]) } print \"held\\n\"; $| = 1; sleep 600'"
                + " "
                + hostile.target()
                + "/seal.sock");
    try {
      assertThat(other.say("seal " + id).getFirst()).startsWith("ok ");
      hostile.unpublish();
      assertThat(hostile.slot()).doesNotExist();
    } finally {
      idle.destroyForcibly().waitFor();
    }
  }
}
