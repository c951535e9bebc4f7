package io.taidon.engine.local;

import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import io.taidon.core.scram.ScramVerifier;
import io.taidon.engine.InstanceAccess;
import io.taidon.engine.InstanceEvent;
import io.taidon.engine.InstanceUse;
import io.taidon.engine.instance.InstanceRoles;
import io.taidon.engine.instance.Instances;
import io.taidon.engine.postgres.PostgresServer;
import io.taidon.engine.store.InstanceId;
import io.taidon.engine.store.InstanceRecord;
import io.taidon.engine.store.InstanceStatus;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;

/** The instances of this engine for a gateway. */
final class LocalAccess implements InstanceAccess {
  private final LocalParts parts;
  private final References references;
  private final Instances instances;
  private final InstanceRoles roles;

  LocalAccess(LocalParts parts, References references) {
    this.parts = parts;
    this.references = references;
    this.instances = parts.instances();
    this.roles = new InstanceRoles(parts.engine(), parts.instances());
  }

  @Override
  public Optional<Reachable> find(String reference) {
    try {
      return Optional.of(instances.record(references.instance(reference)))
          .filter(i -> i.status() != InstanceStatus.DELETING)
          .map(this::reachable);
    } catch (TaidonException e) {
      if (e.code() == ErrorCode.NOT_FOUND || e.code() == ErrorCode.AMBIGUOUS_REFERENCE) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private Reachable reachable(InstanceRecord instance) {
    Optional<String> failure =
        instance.status() == InstanceStatus.CREATING
            ? Optional.of("The instance is still being made.")
            : Optional.empty();
    return new Reachable(
        instance.id().hex(),
        instances.server(instance.id()).map(PostgresServer::socket),
        failure,
        expiresAt(instance));
  }

  private Optional<Instant> expiresAt(InstanceRecord instance) {
    boolean named = !parts.engine().registry().names().ofInstance(instance.id()).isEmpty();
    return parts.lifetimes().expiresAt(instance, named);
  }

  @Override
  public Optional<ScramVerifier> verifier(String instanceId, String role) {
    return roles.verifier(new InstanceId(instanceId), role);
  }

  @Override
  public Optional<String> tokenRole(String instanceId, String role, boolean readOnly) {
    return roles.tokenRole(new InstanceId(instanceId), role, readOnly);
  }

  @Override
  public Path wake(String instanceId, Consumer<String> progress) throws InterruptedException {
    InstanceId id = new InstanceId(instanceId);
    InstanceRecord instance = instances.record(id);
    if (instances.server(id).isEmpty()) {
      progress.accept(
          "starting PostgreSQL "
              + instance.serverVersion()
              + (instance.status() == InstanceStatus.CRASHED ? ", which recovers first" : ""));
    }
    instances.ensureRunning(id);
    return instances.requireServer(id).socket();
  }

  @Override
  public Subscription watch(Consumer<InstanceEvent> listener) {
    return instances.watch(listener);
  }

  @Override
  public void used(String instanceId, InstanceUse use) {
    parts.uses().note(new InstanceId(instanceId), use);
  }
}
