package io.taidon.node.slot;

import io.taidon.node.name.Namespace;
import io.taidon.node.name.Uid;
import io.taidon.node.name.VolumeId;
import io.taidon.node.pool.Pool;
import io.taidon.node.pool.Pools;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The slots of all pools, on disk and in memory. Thread-safe; who changes a slot holds the turn of
 * its volume.
 */
public final class Slots {
  private final Map<VolumeId, Slot> slots = new ConcurrentHashMap<>();
  private final Turns volumes = new Turns();
  private final Turns instances = new Turns();
  private final ReentrantLock changes = new ReentrantLock();
  private final Condition forgotten = changes.newCondition();

  private Slots() {}

  /** Reads the records of all pools; slots without a readable one are deleted. */
  public static Slots load(Pools pools, Path kubelet) {
    Slots slots = new Slots();
    for (Pool pool : pools.all()) {
      for (VolumeId volume : pool.slotIds()) {
        Optional<SlotRecord> record = SlotRecord.read(kubelet, pool.slot(volume));
        if (record.filter(found -> found.order().volume().equals(volume)).isPresent()) {
          slots.slots.put(volume, new Slot(pool, record.get()));
        } else {
          pool.backend().delete(pool.slot(volume));
        }
      }
    }
    return slots;
  }

  /** The turn of a volume, taken before that of an instance. */
  public Turns.Turn turn(VolumeId volume) {
    return volumes.take(volume);
  }

  /** The turn of the data of an instance. */
  public Turns.Turn turn(Namespace namespace, Uid instance) {
    return instances.take(new Pool.InstanceData(namespace, instance));
  }

  public Optional<Slot> find(VolumeId volume) {
    return Optional.ofNullable(slots.get(volume));
  }

  public List<Slot> all() {
    return List.copyOf(slots.values());
  }

  /** The volumes that show the data of an instance. */
  public List<Slot> of(Namespace namespace, Uid instance) {
    return slots.values().stream().filter(slot -> slot.isOf(namespace, instance)).toList();
  }

  /** Remembers a slot, whose directory is there. */
  public void remember(Slot slot) throws IOException {
    slot.record().write(slot.path());
    slots.put(slot.volume(), slot);
  }

  /** Deletes a slot with what a build made in it; the data of an instance stays. */
  public void delete(Slot slot) {
    slot.pool()
        .working(() -> {
          slot.pool().backend().delete(slot.path());
          return true;
        });
    slots.remove(slot.volume());
    changes.lock();
    try {
      forgotten.signalAll();
    } finally {
      changes.unlock();
    }
  }

  /** Waits until no other volume shows the data of an instance; false when it takes too long. */
  public boolean awaitFree(VolumeId own, Namespace namespace, Uid instance, Duration longest)
      throws InterruptedException {
    long end = System.nanoTime() + longest.toNanos();
    changes.lock();
    try {
      while (of(namespace, instance).stream().anyMatch(slot -> !slot.volume().equals(own))) {
        if (end - System.nanoTime() <= 0) {
          return false;
        }
        long _ = forgotten.awaitNanos(end - System.nanoTime());
      }
      return true;
    } finally {
      changes.unlock();
    }
  }
}
