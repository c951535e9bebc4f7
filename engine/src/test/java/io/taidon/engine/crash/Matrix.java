package io.taidon.engine.crash;

import io.taidon.engine.Thorough;
import io.taidon.engine.fault.FaultPoint;
import io.taidon.engine.snapshot.BackendKind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;

/** Which workload comes to which point on which backend, and what must be left then. */
record Matrix(BackendKind backend) {
  /**
   * A death without a place.
   *
   * @param instances how many instances recovery leaves; empty if that is a matter of luck
   * @param stepsLeft how many steps the same request runs afterwards; empty if that is
   */
  record Death(
      Workload workload, FaultPoint point, int hit, OptionalInt instances, OptionalInt stepsLeft) {}

  /** What an instance passes when its time is over. */
  private static final Set<FaultPoint> OF_ENDS =
      EnumSet.of(
          FaultPoint.INSTANCE_DELETING,
          FaultPoint.INSTANCE_SERVER_DROPPED,
          FaultPoint.INSTANCE_DATA_DELETED,
          FaultPoint.INSTANCE_DIRECTORY_DELETED);

  /** The backend that every machine has, and one that has more points than others. */
  private static final Set<BackendKind> WITH_ALL_POINTS =
      EnumSet.of(BackendKind.COPY, BackendKind.BTRFS);

  /**
   * A way to come to a point.
   *
   * @param differs whether backends differ in what is on disk then
   */
  private record Way(Workload workload, FaultPoint point, int hit, boolean differs) {}

  /** Every point, and some points a second way. */
  private static List<Way> ways() {
    List<Way> ways = new ArrayList<>();
    for (FaultPoint point : FaultPoint.values()) {
      ways.add(new Way(workload(point), point, 1, concernsClusters(point)));
    }
    for (FaultPoint point : OF_ENDS) {
      ways.add(new Way(Workload.EXPIRE_INSTANCE, point, 1, false));
    }
    ways.add(new Way(Workload.IDLE_INSTANCE, FaultPoint.INSTANCE_SERVER_STOPPED, 1, false));
    ways.add(new Way(Workload.START_INSTANCE, FaultPoint.INSTANCE_SERVER_STARTED, 1, true));
    ways.add(new Way(Workload.REPLACE, FaultPoint.INSTANCE_READY, 1, true));
    ways.add(new Way(Workload.INITDB, FaultPoint.STATE_PLACED, 1, true));
    ways.add(new Way(Workload.INITDB, FaultPoint.STATE_DESCRIBED, 1, true));
    ways.add(new Way(Workload.EVICT, FaultPoint.STATE_UNDESCRIBED, 1, true));
    ways.add(new Way(Workload.EVICT, FaultPoint.STATE_FORGOTTEN, 2, true));
    return ways;
  }

  /** The ways to die that are tried on this backend. */
  List<Death> deaths() {
    List<Death> deaths = new ArrayList<>();
    int turn = 0;
    for (Way way : ways()) {
      if (isTried(way, turn++)) {
        deaths.add(death(way.workload(), way.point(), way.hit()));
      }
    }
    return deaths;
  }

  /**
   * Usually each way is tried on copies, which every machine can make, and one on which backends
   * differ on another of these in turn; in a thorough run on all of them.
   */
  private boolean isTried(Way way, int turn) {
    if (!exists(way.point(), backend)) {
      return false;
    }
    if (Thorough.isWanted()) {
      return way.differs() || WITH_ALL_POINTS.contains(backend);
    }
    if (backend == BackendKind.COPY) {
      return true;
    }
    List<BackendKind> others =
        Arrays.stream(BackendKind.values())
            .filter(kind -> kind != BackendKind.COPY && exists(way.point(), kind))
            .toList();
    return way.differs() && others.get(turn % others.size()) == backend;
  }

  /** Exhaustive on purpose: a new point does not compile until it has a workload. */
  private static Workload workload(FaultPoint point) {
    return switch (point) {
      case REGISTRY_MOVED_ASIDE, REGISTRY_EMPTY -> Workload.OPEN_DAMAGED;
      case SESSION_DIRECTORY_MADE, BACKEND_TRIED -> Workload.OPEN;
      case DEAD_SESSION_CLAIMED,
          DEAD_JOBS_FAILED,
          DEAD_WORK_DELETED,
          INSTANCES_ADOPTED,
          STRAYS_CLEARED ->
          Workload.RECOVER;
      case CLUSTER_DIRECTORY_MADE, INITDB_STARTED, CLUSTER_INITIALISED, SUBVOLUME_STAGED ->
          Workload.INITDB;
      case SET_UNPACKED -> Workload.UNPACK;
      case LIVE_CHECKPOINTED, MANIFEST_STAGED -> Workload.CHANGELOG;
      case JOB_ENDING, JOB_ENDED -> Workload.REPLACE;
      case JOB_FILES_DELETED -> Workload.DELETE_JOB;
      case INSTANCE_REDESCRIBED -> Workload.EXTEND_INSTANCE;
      case INSTANCE_ROLES_REMEMBERED, INSTANCE_SERVER_STOPPED -> Workload.STOP_INSTANCE;
      case INSTANCE_DELETING,
          INSTANCE_SERVER_DROPPED,
          INSTANCE_DATA_DELETED,
          INSTANCE_DIRECTORY_DELETED ->
          Workload.DELETE_INSTANCE;
      case STATE_UNDESCRIBED, STATE_FORGOTTEN, DELETION_STAGED -> Workload.DELETE_STATE;
      case EVICTION_BEGUN, STATE_EVICTED, EVICTION_ENDING -> Workload.EVICT;
      case JOB_STORED,
          JOB_PLANNED,
          CLONE_MADE,
          BUILD_SERVER_STARTED,
          STEPS_APPLIED,
          BUILD_SERVER_STOPPED,
          BUILD_CLUSTER_DELETED,
          COPY_STAGED,
          SUBVOLUME_MOVED,
          SUBVOLUME_SEALED,
          STATE_PLACED,
          SIDECAR_STAGED,
          STATE_DESCRIBED,
          STATE_REGISTERED,
          STATE_MEASURED,
          STATES_SYNCED,
          DURABILITY_DESCRIBED ->
          Workload.BUILD;
      case INSTANCE_DESCRIBED,
          INSTANCE_REGISTERED,
          INSTANCE_SECRET_WRITTEN,
          INSTANCE_CLONED,
          INSTANCE_SERVER_STARTED,
          INSTANCE_READY ->
          Workload.MAKE_INSTANCE;
    };
  }

  /** Some points are inside one kind of backend; unpacking has nothing to do with any. */
  private static boolean exists(FaultPoint point, BackendKind backend) {
    return switch (point) {
      case SUBVOLUME_STAGED, SUBVOLUME_MOVED, SUBVOLUME_SEALED -> backend == BackendKind.BTRFS;
      case COPY_STAGED -> Arrays.asList(BackendKind.REFLINK, BackendKind.COPY).contains(backend);
      case LIVE_CHECKPOINTED -> Trees.backend(backend).capabilities().liveSnapshotIsAtomic();
      case SET_UNPACKED -> backend == BackendKind.COPY;
      default -> true;
    };
  }

  /**
   * Whether a cluster directory is made, moved, used or deleted around this point. Around the
   * others there are only registry, sidecars and small files, the same on every backend.
   */
  private static boolean concernsClusters(FaultPoint point) {
    return switch (point) {
      case REGISTRY_MOVED_ASIDE,
          REGISTRY_EMPTY,
          SESSION_DIRECTORY_MADE,
          JOB_STORED,
          JOB_PLANNED,
          JOB_FILES_DELETED,
          SIDECAR_STAGED,
          STATE_MEASURED,
          DURABILITY_DESCRIBED,
          INSTANCE_DESCRIBED,
          INSTANCE_REDESCRIBED,
          INSTANCE_REGISTERED,
          INSTANCE_SECRET_WRITTEN,
          INSTANCE_ROLES_REMEMBERED,
          INSTANCE_DIRECTORY_DELETED,
          STATE_UNDESCRIBED,
          EVICTION_BEGUN,
          EVICTION_ENDING,
          MANIFEST_STAGED,
          SET_UNPACKED ->
          false;
      case BACKEND_TRIED,
          DEAD_SESSION_CLAIMED,
          DEAD_JOBS_FAILED,
          DEAD_WORK_DELETED,
          INSTANCES_ADOPTED,
          STRAYS_CLEARED,
          JOB_ENDING,
          JOB_ENDED,
          CLUSTER_DIRECTORY_MADE,
          INITDB_STARTED,
          CLUSTER_INITIALISED,
          CLONE_MADE,
          BUILD_SERVER_STARTED,
          STEPS_APPLIED,
          BUILD_SERVER_STOPPED,
          LIVE_CHECKPOINTED,
          BUILD_CLUSTER_DELETED,
          COPY_STAGED,
          SUBVOLUME_STAGED,
          SUBVOLUME_MOVED,
          SUBVOLUME_SEALED,
          DELETION_STAGED,
          STATE_PLACED,
          STATE_DESCRIBED,
          STATE_REGISTERED,
          STATES_SYNCED,
          INSTANCE_CLONED,
          INSTANCE_SERVER_STARTED,
          INSTANCE_READY,
          INSTANCE_SERVER_STOPPED,
          INSTANCE_DELETING,
          INSTANCE_SERVER_DROPPED,
          INSTANCE_DATA_DELETED,
          STATE_FORGOTTEN,
          STATE_EVICTED ->
          true;
    };
  }

  private static Death death(Workload workload, FaultPoint point, int hit) {
    return new Death(workload, point, hit, instances(workload, point), stepsLeft(workload, point));
  }

  private static OptionalInt instances(Workload workload, FaultPoint point) {
    if (isInBackground(point)) {
      return OptionalInt.empty();
    }
    return switch (workload) {
      case OPEN,
          OPEN_DAMAGED,
          INITDB,
          UNPACK,
          BUILD,
          MAKE_INSTANCE,
          CHANGELOG,
          DELETE_INSTANCE,
          EXPIRE_INSTANCE,
          DELETE_STATE,
          EVICT ->
          OptionalInt.of(0);
      case RECOVER,
          REPLACE,
          STOP_INSTANCE,
          START_INSTANCE,
          EXTEND_INSTANCE,
          IDLE_INSTANCE,
          DELETE_JOB ->
          OptionalInt.of(1);
    };
  }

  private static OptionalInt stepsLeft(Workload workload, FaultPoint point) {
    if (isInBackground(point)) {
      return OptionalInt.empty();
    }
    return switch (workload) {
      case OPEN, OPEN_DAMAGED, INITDB, UNPACK, CHANGELOG -> OptionalInt.of(2);
      case RECOVER -> OptionalInt.of(1);
      case MAKE_INSTANCE,
          REPLACE,
          STOP_INSTANCE,
          START_INSTANCE,
          DELETE_INSTANCE,
          DELETE_JOB,
          EXTEND_INSTANCE,
          EXPIRE_INSTANCE,
          IDLE_INSTANCE ->
          OptionalInt.of(0);
      case DELETE_STATE -> OptionalInt.of(point == FaultPoint.DELETION_STAGED ? 0 : 1);
      case EVICT -> stepsOfEviction(point);
      case BUILD -> OptionalInt.of(stepsOfBuild(point));
    };
  }

  /** A state that is described is complete, so it is never built again. */
  private static int stepsOfBuild(FaultPoint point) {
    return switch (point) {
      case STATE_DESCRIBED, STATE_REGISTERED, SUBVOLUME_MOVED, SUBVOLUME_SEALED -> 1;
      case BUILD_CLUSTER_DELETED -> 0;
      default -> 2;
    };
  }

  /** Which state goes first is the policy's affair. */
  private static OptionalInt stepsOfEviction(FaultPoint point) {
    return switch (point) {
      case EVICTION_BEGUN -> OptionalInt.of(0);
      case EVICTION_ENDING -> OptionalInt.of(2);
      default -> OptionalInt.empty();
    };
  }

  private static boolean isInBackground(FaultPoint point) {
    return switch (point) {
      case STATE_MEASURED, STATES_SYNCED, DURABILITY_DESCRIBED -> true;
      default -> false;
    };
  }
}
