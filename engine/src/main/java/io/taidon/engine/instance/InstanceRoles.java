package io.taidon.engine.instance;

import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import io.taidon.core.scram.ScramVerifier;
import io.taidon.engine.InstanceEvent;
import io.taidon.engine.build.EngineContext;
import io.taidon.engine.postgres.ClusterTemplate;
import io.taidon.engine.postgres.PostgresServer;
import io.taidon.engine.postgres.SimpleQueryConnection;
import io.taidon.engine.store.InstanceId;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * How the roles of instances are authenticated at a gateway. Thread-safe; queries block.
 *
 * <p>Roles are asked for each time, so that an {@code ALTER ROLE} counts at the next login. Only
 * the owner's verifier is kept: it belongs to the instance's secret, which never changes.
 */
public final class InstanceRoles {
  private final EngineContext engine;
  private final Instances instances;
  private final ConcurrentHashMap<InstanceId, ScramVerifier> owners = new ConcurrentHashMap<>();

  public InstanceRoles(EngineContext engine, Instances instances) {
    this.engine = engine;
    this.instances = instances;
    instances.watch(this::forget);
  }

  private void forget(InstanceEvent event) {
    switch (event) {
      case InstanceEvent.Deleted gone -> owners.remove(new InstanceId(gone.instanceId()));
      case InstanceEvent.Stopped _, InstanceEvent.ExpiryChanged _, InstanceEvent.Ending _ -> {}
    }
  }

  /** What a role's password is checked against. */
  public Optional<ScramVerifier> verifier(InstanceId id, String role) {
    if (role.equals(ClusterTemplate.SUPERUSER)) {
      return Optional.of(owners.computeIfAbsent(id, this::ofSecret));
    }
    Optional<PostgresServer> server = instances.server(id);
    return server.isPresent()
        ? ask(server.get(), role)
        : RememberedRoles.find(engine.layout().instanceRoles(id), role, engine.clock().instant());
  }

  private ScramVerifier ofSecret(InstanceId id) {
    return ScramVerifier.of(InstanceSecret.read(engine.layout().instanceSecret(id)));
  }

  private static Optional<ScramVerifier> ask(PostgresServer server, String role) {
    return value(
            server,
            "SELECT rolpassword FROM pg_catalog.pg_authid WHERE "
                + RoleSql.MAY_LOG_IN
                + " AND "
                + RoleSql.isNamed(role))
        .flatMap(ScramVerifier::parse);
  }

  /** Who a token's bearer is; the instance must run. */
  public Optional<String> tokenRole(InstanceId id, String role, boolean readOnly) {
    PostgresServer server = instances.requireServer(id);
    if (readOnly) {
      return ReaderRole.of(server);
    }
    return value(
            server,
            "SELECT 1 FROM pg_catalog.pg_authid WHERE "
                + RoleSql.MAY_LOG_IN
                + " AND "
                + RoleSql.isNamed(role))
        .map(_ -> role);
  }

  /** The first value of the first row. */
  private static Optional<String> value(PostgresServer server, String sql) {
    try (SimpleQueryConnection connection = server.connect("postgres")) {
      return connection.query(sql).stream().findFirst().flatMap(List::getFirst);
    } catch (IOException e) {
      throw failed(server, e);
    }
  }

  private static TaidonException failed(PostgresServer server, IOException e) {
    return TaidonException.of(
            ErrorCode.POSTGRES_FAILED,
            "The server did not say how its roles log in: " + e.getMessage(),
            e)
        .with("log", server.log().toString());
  }
}
