package io.taidon.engine.instance;

import io.taidon.engine.Entrance;
import io.taidon.engine.build.EngineContext;
import io.taidon.engine.postgres.ClusterTemplate;
import io.taidon.engine.store.InstanceRecord;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/**
 * How to connect to instances, with their passwords. Thread-safe.
 *
 * <p>Through the entrance, while it is open, an instance is named in the user: {@code sqlrs~<name
 * or id>}. That way holds while the instance's own port changes, and wakes an instance that sleeps.
 */
public final class InstanceDsns {
  private final EngineContext engine;
  private final AtomicReference<Entrance> entrance =
      new AtomicReference<>(new Entrance.Closed("The host has opened none."));

  public InstanceDsns(EngineContext engine) {
    this.engine = engine;
  }

  /**
   * Two ways to one instance.
   *
   * @param preferred through the entrance; while that is closed the same as {@code direct}
   * @param direct to the instance's own port; empty while it has none
   */
  public record Dsns(Optional<String> preferred, Optional<String> direct) {
    public static final Dsns NONE = new Dsns(Optional.empty(), Optional.empty());
  }

  public void entrance(Entrance newEntrance) {
    entrance.set(newEntrance);
  }

  public Entrance entrance() {
    return entrance.get();
  }

  /** The ways to an instance that is made and not being removed. */
  public Dsns of(InstanceRecord instance) {
    switch (instance.status()) {
      case CREATING, DELETING -> {
        return Dsns.NONE;
      }
      case RUNNING, STOPPED, CRASHED -> {}
    }
    String password = InstanceSecret.read(engine.layout().instanceSecret(instance.id()));
    Optional<String> direct =
        instance.port().isPresent()
            ? Optional.of(
                dsn(ClusterTemplate.SUPERUSER, password, "127.0.0.1:" + instance.port().getAsInt()))
            : Optional.empty();
    return switch (entrance.get()) {
      case Entrance.Open open ->
          new Dsns(
              Optional.of(
                  dsn(
                      ClusterTemplate.SUPERUSER + "~" + nameOrId(instance),
                      password,
                      open.authority())),
              direct);
      case Entrance.Closed _ -> new Dsns(direct, direct);
    };
  }

  private String nameOrId(InstanceRecord instance) {
    return engine.registry().names().ofInstance(instance.id()).stream()
        .map(n -> n.name().text())
        .sorted()
        .findFirst()
        .orElse(instance.id().hex());
  }

  /** Needs no escapes: names, ids and passwords are of unreserved characters (RFC 3986). */
  private static String dsn(String user, String password, String authority) {
    return "postgresql://" + user + ":" + password + "@" + authority + "/postgres";
  }
}
