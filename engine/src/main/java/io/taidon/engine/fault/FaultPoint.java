package io.taidon.engine.fault;

import java.util.function.Consumer;

/**
 * A moment between two changes of disk, registry and processes. Each constant says what a crash at
 * this moment leaves and what clears it; the crash matrix of the tests kills an engine at every one
 * of them, on each snapshot backend that it concerns, so this list is the crash story of the store.
 *
 * <p>In production {@link #reached} reads one field and calls an empty method. The watcher can be
 * replaced only from within this package, where no production class does: neither a setting, a
 * system property nor a request can make a server stop at a point.
 *
 * <p>"Recovery" is what the next engine does when it opens the store; see {@code
 * docs/runtime-snapshotting.md}.
 */
public enum FaultPoint {
  // --- Opening a store -------------------------------------------------------------------------

  /**
   * A damaged {@code registry.db} has its new name, its companions {@code -wal} and {@code -shm}
   * not yet. SQLite drops a log that belongs to no database; the registry is rebuilt from sidecar
   * files.
   */
  REGISTRY_MOVED_ASIDE,
  /**
   * The new registry has its tables and no rows yet. Its log file is there, so the next opening
   * takes it for unclean and rebuilds.
   */
  REGISTRY_EMPTY,
  /** {@code builds/<session>} has no lock file yet. Nobody holds a lock there: it is dead. */
  SESSION_DIRECTORY_MADE,
  /** {@code states/.tmp-*} holds what the probe of backends made. Recovery deletes it. */
  BACKEND_TRIED,

  // --- Recovery itself -------------------------------------------------------------------------

  /** A dead session is claimed by a lock of this process only. The next engine claims it again. */
  DEAD_SESSION_CLAIMED,
  /** The jobs of the dead session have failed; its work areas and servers are there. */
  DEAD_JOBS_FAILED,
  /** The dead session's servers and work areas are gone, its directory is there. */
  DEAD_WORK_DELETED,
  /** Instances are adopted by a session that dies at once. The next one adopts them. */
  INSTANCES_ADOPTED,
  /** All is cleared, and the engine dies before its first request. */
  STRAYS_CLEARED,

  // --- Jobs ------------------------------------------------------------------------------------

  /** A job is registered and has no thread. Recovery fails it. */
  JOB_STORED,
  /** The job's tasks are registered, nothing is built. Recovery fails it. */
  JOB_PLANNED,
  /**
   * Everything is written in the transaction that ends the job, which is not committed: the
   * instance's sidecar says that it runs, its row that it is being made. The row counts; recovery
   * fails the job and deletes the instance, whose address nobody got. Its name is still the one of
   * the instance it was to replace.
   */
  JOB_ENDING,
  /**
   * The job succeeded; the instance that it replaces says {@code deleting}. Recovery deletes it.
   */
  JOB_ENDED,
  /** {@code jobs/<id>} is gone, its rows are there. Removing the job again removes them. */
  JOB_FILES_DELETED,

  // --- Building --------------------------------------------------------------------------------

  /** The work area holds an empty directory for state 0. Recovery deletes the work area. */
  CLUSTER_DIRECTORY_MADE,
  /** initdb runs, and goes on without us. Recovery kills it by its working directory. */
  INITDB_STARTED,
  /** The new cluster is complete and in the work area. Recovery deletes the work area. */
  CLUSTER_INITIALISED,
  /** The work area holds a whole clone. Recovery deletes the work area. */
  CLONE_MADE,
  /** A server runs in the work area. Recovery kills it and deletes the work area. */
  BUILD_SERVER_STARTED,
  /** The steps ran, and psql or Liquibase may still be there. As before. */
  STEPS_APPLIED,
  /** The cluster is cleanly shut down, and the state not yet taken. As before. */
  BUILD_SERVER_STOPPED,
  /** The running cluster has just written a checkpoint for a live state. As before. */
  LIVE_CHECKPOINTED,
  /** The work area's cluster is gone, its directory is there. Recovery deletes it. */
  BUILD_CLUSTER_DELETED,

  // --- Making directories: under a staging name, then renamed ------------------------------------

  /** {@code .tmp-*} holds a complete copy. Recovery deletes it. */
  COPY_STAGED,
  /** {@code .tmp-*} is an empty subvolume. Recovery deletes it. */
  SUBVOLUME_STAGED,
  /** {@code states/.tmp-*} is the sealed cluster, still writable. Recovery deletes it. */
  SUBVOLUME_MOVED,
  /** {@code states/.tmp-*} is the sealed cluster, read-only. Recovery deletes it. */
  SUBVOLUME_SEALED,
  /** What is to be deleted has a staging name and all its files. Recovery deletes it. */
  DELETION_STAGED,

  // --- Sealing: directory, sidecar, row ----------------------------------------------------------

  /**
   * {@code states/<id>} is complete; no sidecar, no row. Recovery, or the next build, deletes it.
   */
  STATE_PLACED,
  /** A sidecar's content lies beside it under {@code .sidecar-*}. Recovery deletes it. */
  SIDECAR_STAGED,
  /** Directory and sidecar are there, the row is not committed. Recovery adopts the state. */
  STATE_DESCRIBED,
  /** The state is there for all, the job not over. Recovery keeps the state and fails the job. */
  STATE_REGISTERED,

  // --- Upkeep ------------------------------------------------------------------------------------

  /** The registry knows the state's size, the sidecar file does not. Measured anew after a loss. */
  STATE_MEASURED,
  /** The states are on the medium, and nothing says so. Synced again. */
  STATES_SYNCED,
  /** The sidecar says durable, the row does not. The row counts; synced again. */
  DURABILITY_DESCRIBED,

  // --- Instances ---------------------------------------------------------------------------------

  /** Directory and sidecar are there, the row is not committed. Recovery deletes the directory. */
  INSTANCE_DESCRIBED,
  /**
   * The sidecar tells something new of an instance, such as a later end, and the row's change is
   * not committed. The row counts, and the sidecar is written again with its next change.
   */
  INSTANCE_REDESCRIBED,
  /** The row says {@code creating}; nothing but the sidecar is there. Recovery deletes both. */
  INSTANCE_REGISTERED,
  /** The password is written too. As before. */
  INSTANCE_SECRET_WRITTEN,
  /** The cluster is cloned too. As before. */
  INSTANCE_CLONED,
  /**
   * The server runs too; a new instance is still {@code creating}, one that was started again still
   * {@code stopped}. Recovery kills it first.
   */
  INSTANCE_SERVER_STARTED,
  /** The server has its password and answers. As before: nobody knows of it. */
  INSTANCE_READY,
  /**
   * The file of roles is written for an instance that is to stop; its server runs. Recovery adopts
   * the instance and deletes the file, which may soon be out of date.
   */
  INSTANCE_ROLES_REMEMBERED,
  /** The server is stopped cleanly, the row says {@code running}. Recovery notes a crash. */
  INSTANCE_SERVER_STOPPED,
  /** The row says {@code deleting}, the server runs. Recovery kills it and deletes the rest. */
  INSTANCE_DELETING,
  /** The row says {@code deleting}, the server is gone. As before. */
  INSTANCE_SERVER_DROPPED,
  /** The cluster is gone, the instance's directory is there. As before. */
  INSTANCE_DATA_DELETED,
  /** The directory is gone with its sidecar, the row is there. Recovery removes the row. */
  INSTANCE_DIRECTORY_DELETED,

  // --- Deleting states: sidecar, row, directory --------------------------------------------------

  /**
   * The sidecar is gone, the row's removal is not committed. Recovery removes row and directory.
   */
  STATE_UNDESCRIBED,
  /** Sidecar and row are gone, the directory is whole. Recovery deletes it. */
  STATE_FORGOTTEN,

  // --- Evicting states: a run, each state as it is deleted, the run's end
  // --------------------------

  /** The run is in the log, nothing has gone. It stays in the log without an end. */
  EVICTION_BEGUN,
  /** A state is gone with its row and is in the log, others of the run are there. As before. */
  STATE_EVICTED,
  /** All states of the run are gone; the log does not know what was there afterwards. As before. */
  EVICTION_ENDING,

  // --- Things that are made again when they are lost ---------------------------------------------

  /** {@code manifests/new*.tmp} holds a manifest. Recovery deletes it. */
  MANIFEST_STAGED,
  /** {@code binaries/.unpack-*} holds a PostgreSQL. Who unpacks the next one deletes it. */
  SET_UNPACKED;

  private static volatile Consumer<FaultPoint> watcher = _ -> {};

  /** Says that this moment is now. */
  public void reached() {
    watcher.accept(this);
  }

  /** For tests, which end the process here. */
  static void watch(Consumer<FaultPoint> newWatcher) {
    watcher = newWatcher;
  }
}
