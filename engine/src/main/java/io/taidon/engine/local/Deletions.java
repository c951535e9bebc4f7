package io.taidon.engine.local;

import io.taidon.core.cache.EvictionReason;
import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import io.taidon.core.state.StateId;
import io.taidon.engine.DeleteResult;
import io.taidon.engine.DeleteResult.Node;
import io.taidon.engine.build.EngineContext;
import io.taidon.engine.build.StateVault;
import io.taidon.engine.instance.Instances;
import io.taidon.engine.job.Jobs;
import io.taidon.engine.store.InstanceFilter;
import io.taidon.engine.store.InstanceId;
import io.taidon.engine.store.InstanceRecord;
import io.taidon.engine.store.JobId;
import io.taidon.engine.store.Removal;
import io.taidon.engine.store.StateLocks.StateLock;
import io.taidon.engine.store.StateRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Deletes states, instances and jobs under rules that keep users from losing what they use: first a
 * tree of all that would go, then nothing at all if any of it is blocked.
 */
final class Deletions {
  private static final String ACTIVE_CONNECTIONS = "active_connections";
  private static final String HAS_DESCENDANTS = "has_descendants";
  private static final String BLOCKED_BY_DESCENDANT = "blocked_by_descendant";
  private static final String ACTIVE_TASKS = "active_tasks";

  /** What sessions of an instance hear. */
  private static final String DELETED = "It was deleted.";

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final EngineContext engine;
  private final StateVault vault;
  private final Instances instances;
  private final Jobs jobs;

  Deletions(EngineContext engine, StateVault vault, Instances instances, Jobs jobs) {
    this.engine = engine;
    this.vault = vault;
    this.instances = instances;
    this.jobs = jobs;
  }

  DeleteResult instance(InstanceId id, boolean force, boolean dryRun) {
    Node node = instanceNode(id, force);
    return carryOut(node, dryRun, () -> instances.delete(id, DELETED));
  }

  DeleteResult job(JobId id, boolean force, boolean dryRun) {
    boolean active = jobs.isRunning(id) && !force;
    Node node =
        new Node(
            "job",
            id.hex(),
            Optional.empty(),
            active ? Optional.of(ACTIVE_TASKS) : Optional.empty(),
            List.of(),
            List.of());
    return carryOut(
        node,
        dryRun,
        () -> {
          jobs.cancel(id);
          awaitEnd(id);
          jobs.forget(id);
        });
  }

  DeleteResult name(String name, boolean dryRun, Runnable delete) {
    return carryOut(
        new Node("name", name, Optional.empty(), Optional.empty(), List.of(), List.of()),
        dryRun,
        delete);
  }

  DeleteResult state(StateId id, boolean recurse, boolean force, boolean dryRun) {
    Node node = stateNode(vault.record(id), recurse, force);
    return carryOut(node, dryRun, () -> deleteTree(node));
  }

  private Node stateNode(StateRecord state, boolean recurse, boolean force) {
    List<Node> children = new ArrayList<>();
    for (StateRecord child : engine.registry().states().children(state.id())) {
      children.add(stateNode(child, recurse, force));
    }
    for (InstanceRecord instance :
        engine.registry().instances().list(InstanceFilter.ofState(state.id()))) {
      children.add(instanceNode(instance.id(), force));
    }
    return new Node(
        "state",
        state.id().hex(),
        Optional.empty(),
        stateBlocked(state.id(), children, recurse),
        List.of(),
        children);
  }

  private Optional<String> stateBlocked(StateId id, List<Node> children, boolean recurse) {
    if (!children.isEmpty() && !recurse) {
      return Optional.of(HAS_DESCENDANTS);
    }
    if (children.stream().anyMatch(c -> c.blocked().isPresent())) {
      return Optional.of(BLOCKED_BY_DESCENDANT);
    }
    return vault.isInUse(id) ? Optional.of(ACTIVE_TASKS) : Optional.empty();
  }

  private Node instanceNode(InstanceId id, boolean force) {
    // A server that does not answer for so long has nobody to protect.
    int connections = instances.connections(id, PATIENCE).orElse(0);
    boolean blocked = connections > 0 && !force;
    return new Node(
        "instance",
        id.hex(),
        Optional.of(connections),
        blocked ? Optional.of(ACTIVE_CONNECTIONS) : Optional.empty(),
        blocked ? instances.clients(id, PATIENCE) : List.of(),
        List.of());
  }

  private static DeleteResult carryOut(Node root, boolean dryRun, Runnable delete) {
    if (root.blocked().isPresent()) {
      return new DeleteResult(dryRun, "blocked", root);
    }
    if (dryRun) {
      return new DeleteResult(true, "would_delete", root);
    }
    delete.run();
    return new DeleteResult(false, "deleted", root);
  }

  private void deleteTree(Node node) {
    node.children().forEach(this::deleteTree);
    if (node.kind().equals("instance")) {
      instances.delete(new InstanceId(node.id()), DELETED);
      return;
    }
    StateId id = new StateId(node.id());
    try (StateLock lock = engine.locks().acquire(id)) {
      engine
          .registry()
          .states()
          .find(id)
          .ifPresent(state -> vault.delete(state, Removal.because(EvictionReason.REMOVED)));
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private void awaitEnd(JobId id) {
    try {
      jobs.await(id);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private static TaidonException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return TaidonException.of(ErrorCode.CANCELLED, "The deletion was interrupted.", e);
  }
}
