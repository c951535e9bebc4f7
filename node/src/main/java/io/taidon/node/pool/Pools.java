package io.taidon.node.pool;

import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import io.taidon.core.state.StateId;
import io.taidon.engine.snapshot.BackendKind;
import io.taidon.engine.snapshot.BackendProbe;
import io.taidon.engine.snapshot.SnapshotBackend;
import io.taidon.node.name.Namespace;
import io.taidon.node.name.Refusals;
import io.taidon.node.name.Uid;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** All pools of this node; the first is the default. Immutable. */
public final class Pools {
  private static final System.Logger LOG = System.getLogger(Pools.class.getName());

  /** A socket's path has at most 107 bytes, and one is made under {@code slots/.tmp-...}. */
  private static final int LONGEST_ROOT = 75;

  private final List<Pool> pools;

  private Pools(List<Pool> pools) {
    this.pools = List.copyOf(pools);
  }

  /** Opens the pools and finds out how each can clone. */
  public static Pools open(List<PoolSetting> settings) {
    List<Pool> pools = new ArrayList<>();
    for (PoolSetting setting : settings) {
      Pool pool = new Pool(setting.stateClass(), setting.directory(), backend(setting));
      try {
        Pool.makePrivate(pool.slots());
      } catch (IOException e) {
        throw unusable(setting.directory(), e);
      }
      pool.tidy();
      pools.add(pool);
    }
    return new Pools(pools);
  }

  private static SnapshotBackend backend(PoolSetting setting) {
    Path directory = setting.directory();
    if (directory.toString().length() > LONGEST_ROOT) {
      throw Refusals.invalid(
          "The pool directory " + directory + " has more than " + LONGEST_ROOT + " characters.");
    }
    try {
      Pool.makePrivate(directory);
    } catch (IOException e) {
      throw unusable(directory, e);
    }
    BackendProbe.Chosen chosen = BackendProbe.choose(directory, setting.backend());
    if (isMounting(chosen.backend().kind())) {
      if (setting.backend().isPresent()) {
        throw Refusals.invalid(
            "The backend "
                + chosen.backend().kind().wireName()
                + " mounts each clone, which pools of nodes do not support.");
      }
      chosen = BackendProbe.choose(directory, Optional.of(BackendKind.COPY));
    }
    LOG.log(Level.INFO, "Pool {0}: {1}", setting.stateClass(), chosen.reason());
    return chosen.backend();
  }

  /** Their clones are mounts, which would have to follow the slot into the pod. */
  private static boolean isMounting(BackendKind kind) {
    return kind == BackendKind.OVERLAY || kind == BackendKind.ZFS;
  }

  private static TaidonException unusable(Path directory, IOException cause) {
    return TaidonException.of(
            ErrorCode.STORE_UNUSABLE,
            "The pool directory " + directory + " cannot be used: " + cause.getMessage() + ".",
            cause)
        .remedy("Mount a file system there, writable for root.");
  }

  public List<Pool> all() {
    return pools;
  }

  /** The pool that has a copy of a state. */
  public Optional<Pool> holding(Namespace namespace, StateId id) {
    return pools.stream().filter(pool -> pool.holds(namespace, id)).findFirst();
  }

  /** The pool that has the data of an instance. */
  public Optional<Pool> holding(Namespace namespace, Uid instance) {
    return pools.stream().filter(pool -> pool.holds(namespace, instance)).findFirst();
  }

  /** The pool of a class, or the first one. */
  public Pool ofClass(Optional<String> stateClass) {
    if (stateClass.isEmpty()) {
      return pools.getFirst();
    }
    return pools.stream()
        .filter(pool -> pool.stateClass().equals(stateClass.get()))
        .findFirst()
        .orElseThrow(() ->
            TaidonException.of(
                ErrorCode.NOT_FOUND,
                "This node has no pool of class " + Refusals.shown(stateClass.get()) + "."));
  }
}
