package io.taidon.node.slot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.taidon.core.error.TaidonException;
import io.taidon.core.state.StateId;
import io.taidon.node.name.Namespace;
import io.taidon.node.name.Uid;
import io.taidon.node.name.VolumeId;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SlotRecordTest {
  private static final Path KUBELET = Path.of("/var/lib/kubelet");
  private static final Uid UID = new Uid("01234567-89ab-cdef-0123-456789abcdef");
  private static final StateId ONE = new StateId("1".repeat(64));
  private static final StateId TWO = new StateId("2".repeat(64));

  static List<SlotRecord> records() {
    return List.of(
        record(new Purpose.Instance(ONE, UID), Optional.empty(), 0),
        record(new Purpose.Build(Optional.empty(), List.of()), Optional.of("fast"), 0),
        record(new Purpose.Build(Optional.of(ONE), List.of(TWO, ONE)), Optional.empty(), 2));
  }

  private static SlotRecord record(Purpose purpose, Optional<String> stateClass, int sealed) {
    return new SlotRecord(
        new PublishOrder(
            new VolumeId("csi-" + "a".repeat(64)),
            new Namespace("team-a"),
            "pod.name-1",
            UID,
            Target.parse(
                KUBELET, KUBELET + "/pods/" + UID + "/volumes/kubernetes.io~csi/state/mount"),
            stateClass,
            purpose),
        sealed);
  }

  @ParameterizedTest
  @MethodSource("records")
  void isReadAsItWasWritten(SlotRecord record) {
    assertThat(SlotRecord.parse(KUBELET, record.text())).isEqualTo(record);
  }

  @ParameterizedTest
  @MethodSource("records")
  void cutRecordIsNone(SlotRecord record) {
    String text = record.text();
    for (int length = 0; length < text.length(); length++) {
      String cut = text.substring(0, length);
      assertThatThrownBy(() -> SlotRecord.parse(KUBELET, cut)).isInstanceOf(TaidonException.class);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/etc",
        "/var/lib/kubelet/pods/../volumes/kubernetes.io~csi/state/mount",
        "/var/lib/kubelet/pods/01234567-89ab-cdef-0123-456789abcdef/volumes/kubernetes.io~csi/../mount",
        "/var/lib/kubelet/pods/01234567-89ab-cdef-0123-456789abcdef/volumes/kubernetes.io~csi/x/mount/y",
        "/var/lib/kubelet/pods/01234567-89ab-cdef-0123-456789abcdef/volumes/kubernetes.io~empty-dir/x/mount",
        "/var/lib/kubelet2/pods/01234567-89ab-cdef-0123-456789abcdef/volumes/kubernetes.io~csi/x/mount",
      })
  void nothingElseIsATarget(String path) {
    assertThatThrownBy(() -> Target.parse(KUBELET, path)).isInstanceOf(TaidonException.class);
  }
}
