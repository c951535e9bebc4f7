package io.taidon.engine.local;

import io.taidon.core.cache.EvictionReason;
import io.taidon.core.error.TaidonException;
import io.taidon.core.state.StateId;
import io.taidon.engine.build.EngineContext;
import io.taidon.engine.build.StateVault;
import io.taidon.engine.fault.FaultPoint;
import io.taidon.engine.instance.Instances;
import io.taidon.engine.job.Jobs;
import io.taidon.engine.liquibase.ManifestCache;
import io.taidon.engine.postgres.PostgresServer;
import io.taidon.engine.snapshot.tree.StagingName;
import io.taidon.engine.store.BootId;
import io.taidon.engine.store.EngineSession;
import io.taidon.engine.store.EngineSession.DeadSession;
import io.taidon.engine.store.InstanceFilter;
import io.taidon.engine.store.InstanceId;
import io.taidon.engine.store.InstanceRecord;
import io.taidon.engine.store.Leftovers;
import io.taidon.engine.store.Recovered;
import io.taidon.engine.store.Removal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Makes disk, registry and processes agree when an engine starts: ends what dead engines left
 * running, deletes what they left half-made, adopts the instances that still run. Running it again
 * changes nothing.
 */
final class StoreRecovery {
  private static final System.Logger LOG = System.getLogger(StoreRecovery.class.getName());

  private final EngineContext engine;
  private final StateVault vault;
  private final Instances instances;
  private final Jobs jobs;

  StoreRecovery(EngineContext engine, StateVault vault, Instances instances, Jobs jobs) {
    this.engine = engine;
    this.vault = vault;
    this.instances = instances;
    this.jobs = jobs;
  }

  void run() {
    EngineSession.claimDead(engine.layout()).forEach(this::clear);
    if (isAlone()) {
      new Leftovers(engine.layout(), engine.registry()).clear();
      new ManifestCache(engine.layout().manifests()).clearLeftovers();
      adoptInstances();
      FaultPoint.INSTANCES_ADOPTED.reached();
      clearHalfMade(engine.layout().states(), this::isState);
      clearHalfMade(engine.layout().instances(), this::isInstance);
      engine.backends().preferred().sweep(engine.layout().states());
      FaultPoint.STRAYS_CLEARED.reached();
    }
    distrustUnsyncedStates();
    writeMissingPins();
  }

  /** What cannot be written, as on a full disk, is no reason not to start. */
  private void writeMissingPins() {
    try {
      engine.registry().cache().writeMissingPins();
    } catch (TaidonException e) {
      LOG.log(Level.WARNING, "pins are in the registry alone for now: {0}", e.sentence());
    }
  }

  /** A dead session's servers, directories and jobs. */
  private void clear(DeadSession dead) {
    LOG.log(Level.INFO, "clearing what engine {0} left behind", dead.id());
    try (dead) {
      FaultPoint.DEAD_SESSION_CLAIMED.reached();
      jobs.failInterrupted(dead.id());
      FaultPoint.DEAD_JOBS_FAILED.reached();
      for (Path job : list(dead.directory())) {
        if (Files.isDirectory(job)) {
          for (Path data : list(job)) {
            PostgresServer.killOrphans(data, job.resolve("control"));
          }
          delete(job);
        }
      }
      FaultPoint.DEAD_WORK_DELETED.reached();
      dead.remove();
    } catch (TaidonException e) {
      LOG.log(
          Level.WARNING,
          "what engine {0} left is cleared at the next start: {1}",
          dead.id(),
          e.sentence());
    }
  }

  /**
   * States of another boot that never reached the disk may have holes; they cost a rebuild, never a
   * wrong result.
   */
  private void distrustUnsyncedStates() {
    for (StateId id : engine.registry().states().untrusted(BootId.current())) {
      LOG.log(
          Level.INFO,
          "state {0} was not on disk when the machine stopped; it will be built again",
          id.shortHex());
      engine
          .registry()
          .states()
          .find(id)
          .ifPresent(state -> vault.delete(state, Removal.because(EvictionReason.NOT_ON_DISK)));
    }
  }

  /**
   * Whether no other engine works on this store; only then is a thing without an owner really
   * without one.
   */
  private boolean isAlone() {
    return list(engine.layout().builds()).stream()
        .allMatch(p -> p.equals(engine.layout().builds(engine.session().id())));
  }

  private void adoptInstances() {
    Set<Path> inUse = PostgresServer.dataDirsInUse(engine.layout().instances());
    for (InstanceRecord instance : engine.registry().instances().list(InstanceFilter.ALL)) {
      try {
        instances.adopt(instance, inUse);
      } catch (TaidonException e) {
        LOG.log(
            Level.WARNING, "instance {0} could not be adopted: {1}", instance.id(), e.sentence());
      }
    }
  }

  private void clearHalfMade(Path parent, Predicate<String> known) {
    for (Path entry : list(parent)) {
      String name = entry.getFileName().toString();
      if (Files.isDirectory(entry) && !known.test(name) && !belongsToBackend(name)) {
        LOG.log(Level.INFO, "deleting {0}, which nothing refers to", entry);
        PostgresServer.killOrphans(entry.resolve("data"), entry.resolve("control"));
        delete(entry);
      }
    }
  }

  /** What backends keep beside states; see {@link SnapshotBackend}. */
  private static boolean belongsToBackend(String name) {
    return name.startsWith(".") && !name.startsWith(StagingName.PREFIX);
  }

  private boolean isState(String name) {
    return StateId.parse(name)
        .filter(id ->
            engine.registry().states().contains(id)
                || engine.registry().states().adopt(id).isPresent())
        .isPresent();
  }

  private boolean isInstance(String name) {
    return name.matches("[0-9a-f]{32}")
        && engine.registry().instances().find(new InstanceId(name)).isPresent();
  }

  /**
   * Deletes with the backend that can: a cluster as a whole, because nothing inside a read-only one
   * can be deleted, and a dataset is no ordinary directory; of another directory first the clusters
   * in it.
   */
  private void delete(Path directory) {
    if (!Files.exists(directory.resolve("PG_VERSION"))) {
      for (Path inner : list(directory)) {
        if (Files.isDirectory(inner)) {
          engine.backends().closeForeign(inner);
          engine.backends().forDeleting(inner).delete(inner);
        }
      }
    }
    engine.backends().forDeleting(directory).delete(directory);
  }

  private static List<Path> list(Path directory) {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.toList();
    } catch (NoSuchFileException e) {
      return List.of();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What the registry had to be rebuilt from, if it was; logged once. */
  static void report(Optional<Recovered> recovered) {
    recovered.ifPresent(
        r -> LOG.log(Level.WARNING, "the registry was damaged and was rebuilt: {0}", r));
  }
}
