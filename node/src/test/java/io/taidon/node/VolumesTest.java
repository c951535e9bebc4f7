package io.taidon.node;

import static io.taidon.node.PlayedNode.NAMESPACE;
import static io.taidon.node.PlayedNode.randomId;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.taidon.engine.snapshot.LoopFileSystem.Type;
import io.taidon.node.PlayedNode.Volume;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What a kubelet sees, on file systems that snapshot, share blocks, or only copy. */
class VolumesTest {
  @Nested
  class OnBtrfs extends Contract {
    OnBtrfs() {
      super(Type.BTRFS, true);
    }
  }

  @Nested
  class OnXfs extends Contract {
    OnXfs() {
      super(Type.XFS, false);
    }
  }

  @Nested
  class OnExt4 extends Contract {
    OnExt4() {
      super(Type.EXT4, false);
    }
  }

  @TestInstance(TestInstance.Lifecycle.PER_CLASS)
  abstract static class Contract {
    private final Type type;
    private final boolean live;
    private PlayedNode node;

    @SuppressWarnings("NullAway.Init")
    Contract(Type type, boolean live) {
      this.type = type;
      this.live = live;
    }

    @BeforeAll
    void start() throws Exception {
      node = PlayedNode.create(type);
      node.startPlugin(Duration.ofMinutes(5));
    }

    @AfterAll
    @SuppressWarnings("ConstantValue")
    void stop() throws Exception {
      if (node != null) {
        node.close();
      }
    }

    @Test
    void buildBeginsWithAnEmptyDirectoryOfPostgres() throws Exception {
      Volume volume = node.build(Optional.empty(), randomId());
      volume.publish();
      Map<String, Object> slot = Files.readAttributes(volume.seen(), "unix:uid,mode");
      assertThat(slot.get("uid")).isEqualTo(0);
      assertThat((int) slot.get("mode") & 07777).isEqualTo(0755);
      Map<String, Object> data =
          Files.readAttributes(volume.seen().resolve("pgdata"), "unix:uid,gid,mode");
      assertThat(data.get("uid")).isEqualTo(10001);
      assertThat(data.get("gid")).isEqualTo(10001);
      assertThat((int) data.get("mode") & 07777).isEqualTo(0700);
      assertThat(node.asTenant("touch " + volume.target() + "/planted 2>/dev/null")).isNotZero();
      assertThat(node.asTenant("touch " + volume.target() + "/pgdata/own")).isZero();
      volume.unpublish();
    }

    @Test
    void publishAgainIsAlreadyAndUnpublishWorksInAnyState() throws Exception {
      Volume volume = node.build(Optional.empty(), randomId());
      volume.unpublish(); // never published
      volume.publish();
      node.doAsTenant("echo kept > " + volume.target() + "/pgdata/file");
      volume.publish();
      assertThat(volume.seen().resolve("pgdata/file")).hasContent("kept\n");
      assertThat(node.mountsOfVolumes().stream().filter(m -> m.contains(volume.podUid())))
          .hasSize(1);
      volume.unpublish();
      volume.unpublish();
      assertThat(volume.seen()).doesNotExist();
      assertThat(volume.slot()).doesNotExist();
    }

    @Test
    void sealedStateIsClonedAndNeverChanged() throws Exception {
      String state = node.makeState("first");
      assertThat(node.state(state).resolve("file")).hasContent("first");
      Volume volume = node.build(Optional.of(state), randomId());
      volume.publish();
      node.doAsTenant("echo changed > " + volume.target() + "/pgdata/file");
      assertThat(node.state(state).resolve("file")).hasContent("first");
      volume.unpublish();
      Awaitility.await()
          .untilAsserted(
              () -> assertThat(node.cluster().location(NAMESPACE, state)).contains("node=played"));
      assertThat(node.cluster().hasReport("default")).isTrue();
    }

    @Test
    void serverSeesItsVerifierAndNothingElseOfTheSecret() throws Exception {
      String uid = UUID.randomUUID().toString();
      node.cluster().addInstance(uid);
      Volume volume = node.instance(node.makeState("seed"), uid);
      Map<String, String> secret =
          Map.of("verifier", "SCRAM-SHA-256$v", "role", "sqlrs", "password", "hidden");
      volume.publish(secret);
      volume.publish(secret); // as a kubelet does that was started again
      Path credentials = volume.seen().resolve("credentials");
      try (Stream<Path> files = Files.list(credentials)) {
        assertThat(files.map(file -> file.getFileName().toString()))
            .containsExactlyInAnyOrder("verifier", "role", "address");
      }
      assertThat(credentials.resolve("verifier")).hasContent("SCRAM-SHA-256$v");
      String seen = volume.target() + "/credentials";
      assertThat(node.asTenant("cat " + seen + "/verifier " + seen + "/role")).isZero();
      assertThat(node.asTenant("rm -f " + seen + "/verifier 2>/dev/null")).isNotZero();
      assertThat(node.asTenant("touch " + seen + "/planted 2>/dev/null")).isNotZero();
      volume.unpublish();
      node.cluster().removeInstance(uid);
    }

    @Test
    void serverSaysWhereItIsOnceForEachStart() throws Exception {
      String uid = UUID.randomUUID().toString();
      node.cluster().addInstance(uid);
      String state = node.makeState("seed");
      Map<String, String> secret = Map.of("verifier", "SCRAM-SHA-256$v", "role", "sqlrs");
      Volume volume = node.instance(state, uid);
      volume.publish(secret);
      String file = volume.target() + "/credentials/address";
      for (String nothing : List.of("127.0.0.1", "evil.example", "10.1.2", "10.1.2.3 -- x", "::")) {
        node.doAsTenant("echo '" + nothing + "' > " + file);
      }
      node.doAsTenant("printf 10.1.2.3 > " + file); // half a line
      node.doAsTenant("echo 10.1.2.4 > " + file);
      Awaitility.await()
          .untilAsserted(
              () -> assertThat(node.cluster().announced(uid)).isEqualTo("10.1.2.4:5432"));
      node.doAsTenant("echo 10.6.6.6 > " + file); // somebody's script, later
      assertThat(node.asTenant("rm -f " + file + " 2>/dev/null")).isNotZero();
      volume.unpublish();

      Volume again = node.instance(state, uid);
      again.publish(secret);
      assertThat(again.seen().resolve("credentials/address")).isEmptyFile();
      assertThat(node.cluster().announced(uid)).as("once").isEqualTo("10.1.2.4:5432");
      node.doAsTenant("echo 2001:db8::7 > " + file.replace(volume.podUid(), again.podUid()));
      Awaitility.await()
          .untilAsserted(() ->
              assertThat(node.cluster().announced(uid)).isEqualTo("2001:db8:0:0:0:0:0:7:5432"));
      again.unpublish();
      node.cluster().removeInstance(uid);
    }

    @Test
    void buildSealsOnlyItsStatesInTheirOrder() throws Exception {
      String first = randomId();
      String second = randomId();
      String foreign = randomId();
      node.cluster().addState(NAMESPACE, first);
      node.cluster().addState(NAMESPACE, second);
      Volume volume = node.build(Optional.empty(), first, second);
      volume.publish();
      List<String> answers =
          volume.say(
              "seal " + second,
              "seal " + foreign,
              "seal ../../x",
              "seal " + first,
              "seal " + first,
              "seal " + second,
              "seal " + foreign);
      assertThat(answers.get(0)).startsWith("error forbidden The next state");
      assertThat(answers.get(1)).startsWith("error forbidden");
      assertThat(answers.get(2)).startsWith("error invalid_argument");
      assertThat(answers.get(3)).matches("ok \\d+");
      assertThat(answers.get(4)).matches("ok \\d+");
      assertThat(answers.get(5)).matches("ok \\d+");
      assertThat(answers.get(6)).startsWith("error forbidden All states");
      assertThat(node.state(first)).isDirectory();
      assertThat(node.state(second)).isDirectory();
      assertThat(node.state(foreign)).doesNotExist();
      volume.unpublish();
    }

    @Test
    void longLineEndsTheConnection() throws Exception {
      Volume volume = node.build(Optional.empty(), randomId());
      volume.publish();
      assertThat(volume.say("x".repeat(1000)))
          .containsExactly("error request_too_large The line is too long.");
      assertThat(volume.say("seal x").getFirst()).startsWith("error invalid_argument");
      volume.unpublish();
    }

    @Test
    void runningServerIsKeptOnlyWhereThatIsAtomic() throws Exception {
      String id = randomId();
      node.cluster().addState(NAMESPACE, id);
      Volume volume = node.build(Optional.empty(), id);
      volume.publish();
      node.doAsTenant("echo 1 > " + volume.target() + "/pgdata/postmaster.pid");
      assertThat(volume.say("seal " + id).getFirst())
          .startsWith(live ? "ok " : "error conflict The server must be stopped first");
      volume.unpublish();
    }

    @Test
    void instanceKeepsItsDataAndHasOnePodAtATime() throws Exception {
      String state = node.makeState("seed");
      String uid = UUID.randomUUID().toString();
      node.cluster().addInstance(uid);
      Volume first = node.instance(state, uid);
      first.publish();
      node.doAsTenant("echo mine > " + first.target() + "/pgdata/file");
      Volume second = node.instance(state, uid);
      Files.createDirectories(second.target().getParent());
      var waiting =
          io.taidon.node.csi.v1.NodeGrpc.newFutureStub(node.node().getChannel())
              .nodePublishVolume(second.request().build());
      assertThat(waiting.isDone()).isFalse();
      first.unpublish();
      waiting.get();
      assertThat(second.seen().resolve("pgdata/file")).hasContent("mine\n");
      second.unpublish();
      assertThat(node.instanceData(uid).resolve("file")).hasContent("mine\n");
      node.cluster().removeInstance(uid);
      Awaitility.await().until(() -> !Files.exists(node.instanceData(uid).getParent()));
    }

    @Test
    void deletedStateAndGonePodAreCleared() throws Exception {
      String state = node.makeState("short-lived");
      Awaitility.await().until(() -> !node.cluster().location(NAMESPACE, state).isEmpty());
      node.cluster().deleteState(NAMESPACE, state);
      Awaitility.await().until(() -> !Files.exists(node.state(state)));
      Awaitility.await().until(() -> node.cluster().location(NAMESPACE, state).isEmpty());
    }

    @Test
    void failedPublishLeavesNothing() throws Exception {
      Volume volume = node.build(Optional.of(randomId()), randomId());
      assertThatThrownBy(volume::publish)
          .isInstanceOf(StatusRuntimeException.class)
          .hasMessageContaining("NOT_FOUND: This node has no copy of state");
      assertThat(volume.slot()).doesNotExist();
      Volume unmountable = node.build(Optional.empty(), randomId());
      assertThatThrownBy(
              () -> { // no directory for the target
                var _ = node.node().nodePublishVolume(unmountable.request().build());
              })
          .hasMessageContaining("INTERNAL: Publishing volume");
      assertThat(unmountable.slot()).doesNotExist();
    }

    @Test
    void whatCannotBeIsRefused() throws Exception {
      Volume volume = node.build(Optional.empty(), randomId());
      assertRefused(volume.request().setReadonly(true), "read-only");
      assertRefused(volume.request().setVolumeId("csi-../../../etc"), "volume id");
      assertRefused(volume.request().setTargetPath("/etc"), "target path");
      assertRefused(
          volume.request().setTargetPath(node.kubelet() + "/pods/../../etc/mount"), "target path");
      assertRefused(
          volume.request().putVolumeContext("csi.storage.k8s.io/pod.namespace", "../x"),
          "namespace");
      assertRefused(volume.request().putVolumeContext("taidon.io/state", "../x"), "id of a state");
      assertRefused(volume.request().putVolumeContext("taidon.io/purpose", "root"), "purpose");
      assertRefused(volume.request().putVolumeContext("taidon.io/hostPath", "/"), "unknown");
    }

    private void assertRefused(
        io.taidon.node.csi.v1.NodePublishVolumeRequest.Builder request, String word) {
      assertThatThrownBy(
              () -> {
                var _ = node.node().nodePublishVolume(request.build());
              })
          .isInstanceOfSatisfying(
              StatusRuntimeException.class,
              e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT))
          .hasMessageContaining(word);
    }
  }
}
