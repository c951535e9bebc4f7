package io.taidon.crds.v1alpha1;

import io.fabric8.kubernetes.api.model.Condition;
import io.taidon.crds.v1alpha1.DbInstanceStatus.Announcement;
import io.taidon.crds.v1alpha1.DbInstanceStatus.GatewayUse;
import io.taidon.crds.v1alpha1.DbInstanceStatus.Timeline;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes a status for a test: what is not said is absent. */
public final class DbInstanceStatusBuilder {
  private @Nullable List<Condition> conditions;
  private @Nullable String stateId;
  private @Nullable String image;
  private @Nullable String endpoint;
  private @Nullable NameRef secret;
  private @Nullable String node;
  private @Nullable NameRef pod;
  private @Nullable String address;
  private @Nullable String expiryTime;
  private @Nullable String stopTime;
  private @Nullable Timeline timeline;
  private @Nullable List<GatewayUse> use;
  private @Nullable Announcement announcement;

  public DbInstanceStatusBuilder() {}

  /** One that begins as another is. */
  public DbInstanceStatusBuilder(DbInstanceStatus status) {
    conditions = status.conditions();
    stateId = status.stateId();
    image = status.image();
    endpoint = status.endpoint();
    secret = status.secretRef();
    node = status.node();
    pod = status.podRef();
    address = status.address();
    expiryTime = status.expiryTime();
    stopTime = status.stopTime();
    timeline = status.timeline();
    use = status.use();
    announcement = status.announcement();
  }

  public DbInstanceStatusBuilder withCondition(Condition condition) {
    conditions = List.of(condition);
    return this;
  }

  public DbInstanceStatusBuilder withState(String id) {
    stateId = id;
    return this;
  }

  public DbInstanceStatusBuilder withImage(String name) {
    image = name;
    return this;
  }

  public DbInstanceStatusBuilder withSecret(String name) {
    secret = new NameRef(name);
    return this;
  }

  public DbInstanceStatusBuilder withNode(String name) {
    node = name;
    return this;
  }

  public DbInstanceStatusBuilder withAddress(@Nullable String hostAndPort) {
    address = hostAndPort;
    return this;
  }

  public DbInstanceStatusBuilder withExpiryTime(@Nullable String time) {
    expiryTime = time;
    return this;
  }

  public DbInstanceStatusBuilder withStopTime(@Nullable String time) {
    stopTime = time;
    return this;
  }

  /** A start that was asked for at a time, and nothing more of it. */
  public DbInstanceStatusBuilder withStart(String requestTime) {
    timeline = new Timeline(requestTime, null, null, null, null);
    return this;
  }

  public DbInstanceStatusBuilder withUse(GatewayUse entry) {
    use = List.of(entry);
    return this;
  }

  public DbInstanceStatusBuilder withAnnouncement(String requestTime, String hostAndPort) {
    announcement = new Announcement(requestTime, hostAndPort);
    return this;
  }

  public DbInstanceStatus build() {
    return new DbInstanceStatus(
        1L,
        conditions,
        stateId,
        image,
        endpoint,
        secret,
        node,
        pod,
        address,
        expiryTime,
        stopTime,
        timeline,
        use,
        announcement);
  }
}
