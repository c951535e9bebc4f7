package io.taidon.node.publish;

import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import io.taidon.core.state.StateId;
import io.taidon.crds.v1alpha1.VolumeAttributes;
import io.taidon.engine.snapshot.linux.Descriptor;
import io.taidon.engine.snapshot.linux.SystemCallException;
import io.taidon.engine.snapshot.linux.SystemCalls;
import io.taidon.node.address.AddressFiles;
import io.taidon.node.fault.NodeFault;
import io.taidon.node.name.Namespace;
import io.taidon.node.name.Uid;
import io.taidon.node.name.VolumeId;
import io.taidon.node.pool.Pool;
import io.taidon.node.pool.Pools;
import io.taidon.node.seal.SealSockets;
import io.taidon.node.slot.PublishOrder;
import io.taidon.node.slot.Purpose;
import io.taidon.node.slot.Slot;
import io.taidon.node.slot.SlotRecord;
import io.taidon.node.slot.Slots;
import io.taidon.node.slot.Target;
import io.taidon.node.slot.Turns;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Optional;

/**
 * Gives pods their volumes and takes them back. Both may be asked for again at any time, also after
 * the plugin died in the middle, and then go on. What failed is undone, because a kubelet that got
 * an error never says that the pod is gone. Thread-safe.
 */
public final class Publisher {
  private static final System.Logger LOG = System.getLogger(Publisher.class.getName());

  /** Who PostgreSQL runs as in every pod. */
  public static final int POSTGRES_ID = 10001;

  /** Less than the two minutes after which a kubelet gives up. */
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(90);

  private final Pools pools;
  private final Slots slots;
  private final SealSockets sockets;
  private final AddressFiles addresses;

  public Publisher(Pools pools, Slots slots, SealSockets sockets, AddressFiles addresses) {
    this.pools = pools;
    this.slots = slots;
    this.sockets = sockets;
    this.addresses = addresses;
  }

  /** Serves the builds that a plugin before this one left running. */
  public void resume() {
    for (Slot slot : slots.all()) {
      try {
        openSocket(slot);
      } catch (IOException e) {
        LOG.log(
            Level.WARNING, "No seal socket for volume " + slot.volume() + ": " + e.getMessage());
      }
    }
  }

  /** Makes a volume and mounts it; an instance's data that another pod still has is waited for. */
  public void publish(PublishOrder order, Credentials credentials) throws InterruptedException {
    if (order.purpose() instanceof Purpose.Instance instance
        && !slots.awaitFree(order.volume(), order.namespace(), instance.uid(), LONGEST_WAIT)) {
      throw inUse(order.namespace(), instance.uid());
    }
    try (Turns.Turn _ = slots.turn(order.volume())) {
      if (order.purpose() instanceof Purpose.Instance instance) {
        try (Turns.Turn _ = slots.turn(order.namespace(), instance.uid())) {
          requireFree(order, instance.uid());
          publishNow(order, credentials);
        }
      } else {
        publishNow(order, credentials);
      }
    }
  }

  private void requireFree(PublishOrder order, Uid instance) {
    if (slots.of(order.namespace(), instance).stream()
        .anyMatch(slot -> !slot.volume().equals(order.volume()))) {
      throw inUse(order.namespace(), instance);
    }
  }

  private static TaidonException inUse(Namespace namespace, Uid instance) {
    return TaidonException.of(
        ErrorCode.CONFLICT,
        "The data of instance " + instance + " in " + namespace + " is mounted in another pod.");
  }

  private void publishNow(PublishOrder order, Credentials credentials) {
    Optional<Slot> known = slots.find(order.volume());
    if (known.isPresent() && !known.get().record().order().equals(order)) {
      throw TaidonException.of(
          ErrorCode.CONFLICT,
          "Volume " + order.volume() + " is published already, and for something else.");
    }
    Slot slot = known.orElseGet(() -> new Slot(pool(order), new SlotRecord(order, 0)));
    boolean hadData = isThere(slot.data());
    try {
      slot.pool()
          .working(() -> {
            make(slot, credentials);
            return true;
          });
    } catch (IOException | RuntimeException e) {
      undo(slot, known.isPresent(), hadData);
      throw e instanceof TaidonException known2 ? known2 : failed("Publishing", slot.volume(), e);
    }
  }

  private Pool pool(PublishOrder order) {
    return switch (order.purpose()) {
      case Purpose.Instance instance ->
          pools
              .holding(order.namespace(), instance.uid())
              .orElseGet(() -> holding(order.namespace(), instance.state()));
      case Purpose.Build build ->
          build
              .state()
              .map(state -> holding(order.namespace(), state))
              .orElseGet(() -> pools.ofClass(order.stateClass()));
    };
  }

  private Pool holding(Namespace namespace, StateId state) {
    return pools
        .holding(namespace, state)
        .orElseThrow(() ->
            TaidonException.of(
                ErrorCode.NOT_FOUND,
                "This node has no copy of state "
                    + state.shortHex()
                    + " for namespace "
                    + namespace
                    + "."));
  }

  /** Each step does nothing where it was done before. */
  private void make(Slot slot, Credentials credentials) throws IOException {
    Pool.makePrivate(slot.path());
    NodeFault.SLOT_DIRECTORY_MADE.reached();
    boolean isNew = slots.find(slot.volume()).isEmpty();
    if (isNew) {
      slots.remember(slot);
    }
    NodeFault.SLOT_RECORDED.reached();
    makeShown(slot.shown());
    credentials.writeTo(slot.shown().resolve(VolumeAttributes.CREDENTIALS_DIRECTORY));
    NodeFault.CREDENTIALS_WRITTEN.reached();
    if (isNew && slot.record().order().purpose() instanceof Purpose.Instance instance) {
      addresses.expect(slot, instance.uid());
    }
    if (!isThere(slot.data())) {
      makeData(slot);
    }
    NodeFault.DATA_MADE.reached();
    openSocket(slot);
    SlotMounts.mount(slot.shown(), slot.record().order().target());
    NodeFault.SLOT_MOUNTED.reached();
  }

  /** Root's, so that the pod cannot replace what is in it. */
  private static void makeShown(Path directory) throws IOException {
    Path parent = directory.getParent();
    if (parent != null) {
      Pool.makePrivate(parent);
    }
    if (!isThere(directory)) {
      Files.createDirectory(directory);
    }
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private static void makeData(Slot slot) throws IOException {
    Optional<StateId> state =
        switch (slot.record().order().purpose()) {
          case Purpose.Instance instance -> Optional.of(instance.state());
          case Purpose.Build build -> build.state();
        };
    if (state.isPresent()) {
      slot.pool().backend().clone(slot.state(state.get()), slot.data());
    } else {
      makeEmptyData(slot);
    }
  }

  private static void makeEmptyData(Slot slot) throws IOException {
    Path staged = Pool.staged(slot.path());
    slot.pool().backend().create(staged);
    NodeFault.EMPTY_DATA_STAGED.reached();
    try (SystemCalls calls = SystemCalls.open();
        Descriptor directory = calls.openDirectory(staged)) {
      calls.changeOwner(directory, POSTGRES_ID, POSTGRES_ID);
    }
    Files.move(staged, slot.data(), StandardCopyOption.ATOMIC_MOVE);
  }

  private void openSocket(Slot slot) throws IOException {
    if (slot.record().order().purpose() instanceof Purpose.Build && isThere(slot.shown())) {
      sockets.open(slot);
    }
  }

  private static boolean isThere(Path path) {
    return Files.exists(path, LinkOption.NOFOLLOW_LINKS);
  }

  /** A volume that was there before the call, as a pod may use it, loses nothing. */
  private void undo(Slot slot, boolean wasKnown, boolean hadData) {
    if (wasKnown && hadData) {
      return;
    }
    try {
      takeBack(slot);
      if (!hadData && slot.record().order().purpose() instanceof Purpose.Instance) {
        slot.pool().backend().delete(slot.shown());
      }
    } catch (IOException | RuntimeException e) {
      LOG.log(
          Level.WARNING,
          "What is left of volume " + slot.volume() + " goes later: " + e.getMessage());
    }
  }

  /** Unmounts and deletes a volume, in whatever state it is; the data of an instance stays. */
  public void unpublish(VolumeId volume, Target target) {
    try (Turns.Turn _ = slots.turn(volume)) {
      SlotMounts.unmount(target);
      Optional<Slot> slot = slots.find(volume);
      if (slot.isPresent()) {
        takeBack(slot.get());
      }
    } catch (IOException e) {
      throw failed("Unpublishing", volume, e);
    }
  }

  private void takeBack(Slot slot) throws IOException {
    SlotMounts.unmount(slot.record().order().target());
    NodeFault.SLOT_UNMOUNTED.reached();
    sockets.close(slot.volume());
    addresses.forget(slot.volume());
    slots.delete(slot);
  }

  private static TaidonException failed(String what, VolumeId volume, Exception e) {
    String reason =
        e instanceof SystemCallException call
            ? call.call() + " gives " + call.errno()
            : String.valueOf(e.getMessage());
    return TaidonException.of(
        ErrorCode.SNAPSHOT_FAILED, what + " volume " + volume + " failed: " + reason + ".", e);
  }
}
