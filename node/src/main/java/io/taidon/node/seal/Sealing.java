package io.taidon.node.seal;

import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import io.taidon.core.state.StateId;
import io.taidon.engine.snapshot.linux.Durability;
import io.taidon.node.fault.NodeFault;
import io.taidon.node.name.Namespace;
import io.taidon.node.name.VolumeId;
import io.taidon.node.pool.Pool;
import io.taidon.node.slot.Purpose;
import io.taidon.node.slot.Slot;
import io.taidon.node.slot.Slots;
import io.taidon.node.slot.Turns;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/**
 * Keeps the cluster directory of a build as a state of its namespace: only the states that its
 * volume names, only in their order. Asking again for the last one is no error, so a build may ask
 * again when it got no answer. Thread-safe.
 */
public final class Sealing {
  private static final String POSTMASTER_FILE = "postmaster.pid";

  private final Slots slots;
  private final Listener listener;

  /** Hears of states that are in place. */
  public interface Listener {
    void sealed(Pool pool, Namespace namespace, StateId id);
  }

  public Sealing(Slots slots, Listener listener) {
    this.slots = slots;
    this.listener = listener;
  }

  /**
   * Seals a state. When it returns the state lasts a power cut.
   *
   * @throws TaidonException {@code NOT_FOUND} when the volume is gone, {@code FORBIDDEN} when it is
   *     not this state's turn, {@code CONFLICT} when a server runs that must not, and failures of
   *     the backend
   */
  public void seal(VolumeId volume, StateId id) {
    try (Turns.Turn _ = slots.turn(volume)) {
      Slot slot =
          slots
              .find(volume)
              .orElseThrow(
                  () -> TaidonException.of(ErrorCode.NOT_FOUND, "Volume " + volume + " is gone."));
      if (isLast(slot, id)) {
        return;
      }
      requireNext(slot, id);
      slot.pool()
          .working(() -> {
            keep(slot, id);
            slots.remember(slot.with(slot.record().sealedOneMore()));
            return true;
          });
      NodeFault.SEAL_RECORDED.reached();
      listener.sealed(slot.pool(), slot.namespace(), id);
    } catch (IOException e) {
      throw TaidonException.of(
          ErrorCode.SNAPSHOT_FAILED,
          "Sealing state " + id.shortHex() + " failed: " + e.getMessage() + ".",
          e);
    }
  }

  private static List<StateId> seals(Slot slot) {
    return slot.record().order().purpose() instanceof Purpose.Build build
        ? build.seals()
        : List.of();
  }

  private static boolean isLast(Slot slot, StateId id) {
    int sealed = slot.record().sealed();
    return sealed > 0 && seals(slot).get(sealed - 1).equals(id) && isState(slot, id);
  }

  private static boolean isState(Slot slot, StateId id) {
    return slot.pool().holds(slot.namespace(), id);
  }

  private static void requireNext(Slot slot, StateId id) {
    List<StateId> seals = seals(slot);
    int sealed = slot.record().sealed();
    if (sealed >= seals.size()) {
      throw TaidonException.of(
          ErrorCode.FORBIDDEN,
          "All states of this volume are sealed; " + id.shortHex() + " is not one.");
    }
    if (!seals.get(sealed).equals(id)) {
      throw TaidonException.of(
          ErrorCode.FORBIDDEN,
          "The next state to seal is "
              + seals.get(sealed).shortHex()
              + ", not "
              + id.shortHex()
              + ".");
    }
  }

  private static void keep(Slot slot, StateId id) throws IOException {
    if (isState(slot, id)) {
      return; // Somebody else built it: the same inputs make the same state.
    }
    requireStill(slot);
    Path states = slot.pool().states(slot.namespace());
    Pool.makePrivate(states);
    Path staged = Pool.staged(states);
    slot.pool().backend().snapshot(slot.data(), staged);
    NodeFault.STATE_STAGED.reached();
    try {
      Durability.syncFileSystem(states);
      Files.move(staged, slot.state(id), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      slot.pool().backend().delete(staged);
      if (!isState(slot, id)) {
        throw e;
      }
    }
    NodeFault.STATE_PLACED.reached();
  }

  private static void requireStill(Slot slot) {
    if (!slot.pool().backend().capabilities().liveSnapshotIsAtomic()
        && Files.exists(slot.data().resolve(POSTMASTER_FILE), LinkOption.NOFOLLOW_LINKS)) {
      throw TaidonException.of(
          ErrorCode.CONFLICT,
          "The server must be stopped first: a pool with backend "
              + slot.pool().backend().kind().wireName()
              + " cannot keep a running one.");
    }
  }
}
