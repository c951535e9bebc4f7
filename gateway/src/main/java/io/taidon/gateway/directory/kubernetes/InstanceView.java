package io.taidon.gateway.directory.kubernetes;

import io.fabric8.kubernetes.api.model.Condition;
import io.taidon.crds.v1alpha1.ConditionTypes;
import io.taidon.crds.v1alpha1.DbInstance;
import io.taidon.crds.v1alpha1.DbInstanceStatus;
import io.taidon.crds.v1alpha1.DbInstanceStatus.Announcement;
import io.taidon.crds.v1alpha1.DbInstanceStatus.GatewayUse;
import io.taidon.crds.v1alpha1.DbInstanceStatus.Timeline;
import io.taidon.crds.v1alpha1.InstanceReason;
import io.taidon.gateway.directory.Availability;
import io.taidon.gateway.directory.BackendLogin;
import io.taidon.gateway.directory.Endpoint;
import io.taidon.gateway.directory.Instance;
import io.taidon.gateway.directory.InstanceChange;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a DbInstance says, in the gateway's words. Pure; takes whatever stands in a status. */
record InstanceView(DbInstance resource) {
  private static final String DATABASE = "postgres";
  private static final BackendLogin LOGIN = new BackendLogin.Scram();
  private static final Pattern PLAIN_WORD =
      Pattern.compile("[A-Z][a-z]*\\b(?!`).*", Pattern.DOTALL);

  InstanceKey key() {
    return InstanceKey.of(resource);
  }

  /** Whose password its server asks for. */
  String role() {
    return resource.role();
  }

  String uid() {
    return resource.getMetadata().getUid();
  }

  boolean isGoing() {
    return resource.getMetadata().getDeletionTimestamp() != null;
  }

  /** What the rest of the gateway gets to see. */
  Instance instance() {
    return new Instance(key().id(), availability(), DATABASE, expiry(), OptionalInt.empty());
  }

  Availability availability() {
    return switch (reason().orElse(InstanceReason.STARTING)) {
      case RUNNING ->
          endpoint()
              .<Availability>map(Availability.Running::new)
              .orElseGet(Availability.Asleep::new);
      // What may change while a client waits, which is told what is missing.
      case STARTING,
          WAITING_FOR_JOB,
          STOPPED,
          STOPPING,
          STATE_UNAVAILABLE,
          IMAGE_UNAVAILABLE,
          NO_NODE,
          NO_SPACE ->
          new Availability.Asleep();
      case JOB_FAILED, SERVER_FAILED, DATA_LOST, DELETING -> new Availability.Failed(message());
    };
  }

  /** Where its server is, or will be in a moment; empty while it has no address. */
  Optional<Endpoint> endpoint() {
    return Optional.ofNullable(status().address())
        .or(this::announced)
        .flatMap(InstanceView::address)
        .map(address -> new Endpoint(address, LOGIN));
  }

  /**
   * Where the pod of a start says that it is, while nothing else is known of it. That is a tenant's
   * word, which the login's proof turns into knowledge ({@link BackendLogin.Scram}).
   */
  private Optional<String> announced() {
    Announcement announcement = status().announcement();
    Timeline start = status().timeline();
    return announcement != null
            && start != null
            && start.requestTime() != null
            && start.requestTime().equals(announcement.requestTime())
            && reason().equals(Optional.of(InstanceReason.STARTING))
        ? Optional.ofNullable(announcement.address())
        : Optional.empty();
  }

  /** Where clients that wait may be let in: not to a server that is to stop in a moment. */
  Optional<Endpoint> open() {
    return endpoint().filter(_ -> !reason().equals(Optional.of(InstanceReason.STOPPING)));
  }

  Optional<InstanceReason> reason() {
    return ready()
        .flatMap(condition ->
            Arrays.stream(InstanceReason.values())
                .filter(reason -> reason.value().equals(condition.getReason()))
                .findFirst());
  }

  /** The condition's sentence. */
  String message() {
    return ready().map(Condition::getMessage).filter(text -> !text.isBlank()).orElse("Unknown.");
  }

  /** What it waits for, to stand within a sentence; empty while it sleeps. */
  Optional<String> step() {
    if (reason().isEmpty() || reason().get() == InstanceReason.STOPPED) {
      return Optional.empty();
    }
    String text = message().strip();
    String open = text.endsWith(".") ? text.substring(0, text.length() - 1) : text;
    return Optional.of(
        PLAIN_WORD.matcher(open).matches()
            ? Character.toLowerCase(open.charAt(0)) + open.substring(1)
            : open);
  }

  Optional<Instant> expiry() {
    return time(status().expiryTime());
  }

  Optional<Instant> stopTime() {
    return time(status().stopTime());
  }

  /** The name of the Secret with the credentials. */
  String secretName() {
    return status().secretRef() == null || status().secretRef().name() == null
        ? key().name() + "-credentials"
        : status().secretRef().name();
  }

  /** The entry of a gateway replica. */
  Optional<GatewayUse> use(String replica) {
    return Objects.requireNonNullElse(status().use(), List.<GatewayUse>of()).stream()
        .filter(use -> replica.equals(use.gateway()))
        .findFirst();
  }

  /** What has happened to those who are connected since it looked like {@code before}. */
  Optional<InstanceChange> changeSince(InstanceView before) {
    String id = key().id();
    if (!uid().equals(before.uid())) {
      return Optional.of(new InstanceChange.Deleted(id, "it was deleted and made anew"));
    }
    if (isGoing() && !before.isGoing()) {
      return Optional.of(deletion(Instant.parse(resource.getMetadata().getDeletionTimestamp())));
    }
    Optional<Endpoint> was = before.endpoint();
    return was.isPresent() && !was.equals(endpoint())
        ? Optional.of(new InstanceChange.Stopped(id))
        : Optional.empty();
  }

  /** That it is gone, and why as far as that can be told. */
  InstanceChange deletion(Instant now) {
    boolean expired = expiry().filter(at -> !now.isBefore(at)).isPresent();
    return new InstanceChange.Deleted(key().id(), expired ? "it expired" : "it was deleted");
  }

  /** A time of a status; what is no time is none. */
  static Optional<Instant> time(@Nullable String text) {
    try {
      return Optional.ofNullable(text).map(Instant::parse);
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
  }

  private Optional<Condition> ready() {
    return Objects.requireNonNullElse(status().conditions(), List.<Condition>of()).stream()
        .filter(condition -> ConditionTypes.READY.equals(condition.getType()))
        .findFirst();
  }

  private DbInstanceStatus status() {
    return resource.getStatus() == null ? DbInstanceStatus.ofUse(List.of()) : resource.getStatus();
  }

  /** A literal address and a port: a name would have to be looked up. */
  private static Optional<InetSocketAddress> address(String text) {
    int colon = text.lastIndexOf(':');
    try {
      String host = text.substring(0, Math.max(colon, 0));
      boolean bracketed = host.startsWith("[") && host.endsWith("]");
      InetAddress ip =
          InetAddress.ofLiteral(bracketed ? host.substring(1, host.length() - 1) : host);
      int port = Integer.parseInt(text.substring(colon + 1));
      return port > 0 && port <= 65535
          ? Optional.of(new InetSocketAddress(ip, port))
          : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
