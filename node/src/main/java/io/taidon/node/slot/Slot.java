package io.taidon.node.slot;

import io.taidon.core.state.StateId;
import io.taidon.crds.v1alpha1.VolumeAttributes;
import io.taidon.node.name.Namespace;
import io.taidon.node.name.Uid;
import io.taidon.node.name.VolumeId;
import io.taidon.node.pool.Pool;
import java.nio.file.Path;

/** A volume that is published, or half so. */
public record Slot(Pool pool, SlotRecord record) {
  public VolumeId volume() {
    return record.order().volume();
  }

  public Namespace namespace() {
    return record.order().namespace();
  }

  public Path path() {
    return pool.slot(volume());
  }

  /** The directory that the pod sees: owned by root, so that the pod cannot plant anything. */
  public Path shown() {
    return switch (record.order().purpose()) {
      case Purpose.Instance instance -> pool.instance(namespace(), instance.uid());
      case Purpose.Build _ -> path().resolve("mount");
    };
  }

  /** The cluster directory. */
  public Path data() {
    return shown().resolve(VolumeAttributes.DATA_DIRECTORY);
  }

  public boolean isOf(Namespace namespace, Uid instance) {
    return namespace().equals(namespace)
        && record.order().purpose() instanceof Purpose.Instance own
        && own.uid().equals(instance);
  }

  public Slot with(SlotRecord newer) {
    return new Slot(pool, newer);
  }

  public Path state(StateId id) {
    return pool.state(namespace(), id);
  }
}
