package io.taidon.e2e.source;

import io.taidon.crds.v1alpha1.DbInstance;
import io.taidon.crds.v1alpha1.DbInstanceSpec;
import io.taidon.crds.v1alpha1.DbInstanceSpec.AccessLevel;
import io.taidon.crds.v1alpha1.DbInstanceSpec.From;
import io.taidon.crds.v1alpha1.DbInstanceSpec.OnIdle;
import io.taidon.crds.v1alpha1.NameRef;
import java.time.Duration;
import java.util.Optional;

/** Writes DbInstances in a sentence. */
public final class Instances {
  private final String name;
  private final From from;
  private Optional<Long> ttl = Optional.empty();
  private Optional<Long> idle = Optional.empty();
  private Optional<OnIdle> onIdle = Optional.empty();
  private Optional<AccessLevel> access = Optional.empty();

  private Instances(String name, From from) {
    this.name = name;
    this.from = from;
  }

  /** One of the state that a job makes. */
  public static Instances ofJob(String name, String job) {
    return new Instances(name, new From(null, null, new NameRef(job)));
  }

  /** One of a state. */
  public static Instances ofState(String name, String id) {
    return new Instances(name, new From(id, null, null));
  }

  public Instances ttl(Duration time) {
    ttl = Optional.of(time.toSeconds());
    return this;
  }

  /** What happens when nobody has used it for a while. */
  public Instances idle(Duration time, OnIdle then) {
    idle = Optional.of(time.toSeconds());
    onIdle = Optional.of(then);
    return this;
  }

  /** For reading only. */
  public Instances readOnly() {
    access = Optional.of(AccessLevel.ReadOnly);
    return this;
  }

  /** The instance. */
  public DbInstance write() {
    DbInstance instance = new DbInstance();
    instance.getMetadata().setName(name);
    instance.setSpec(
        new DbInstanceSpec(
            from,
            ttl.orElse(null),
            idle.orElse(null),
            onIdle.orElse(null),
            access.orElse(null),
            null));
    return instance;
  }
}
