package io.taidon.gateway.startup;

import io.taidon.gateway.wire.Parameter;
import io.taidon.gateway.wire.ProtocolVersion;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A client's StartupMessage, of which the layout, the user and the major version have been checked.
 *
 * @param version what the client asked for; its major version is 3
 * @param parameters all of them, in order, duplicates included
 */
public record StartupMessage(ProtocolVersion version, List<Parameter> parameters) {
  /** What options of the protocol, as opposed to settings of the session, begin with. */
  public static final String OPTION_PREFIX = "_pq_.";

  public StartupMessage {
    parameters = List.copyOf(parameters);
  }

  /** The last value of a name, which is the one that counts. */
  public Optional<String> last(String name) {
    for (int i = parameters.size() - 1; i >= 0; i--) {
      if (parameters.get(i).name().equals(name)) {
        return Optional.of(parameters.get(i).value());
      }
    }
    return Optional.empty();
  }

  /** The user, with whatever is in the name to route by; never empty. */
  public String user() {
    return last("user").orElseThrow();
  }

  /** The database as PostgreSQL understands it: the user's name if there is none. */
  public String database() {
    return last("database").filter(name -> !name.isEmpty()).orElseGet(this::user);
  }

  /** Whether this is to be a replication session, decided as PostgreSQL does. */
  public Optional<Replication> replication() {
    Optional<Boolean> asked = last("replication").flatMap(StartupMessage::walSender);
    if (!asked.orElse(false)) {
      return Optional.empty();
    }
    boolean inDatabase =
        parameters.stream().anyMatch(p -> p.name().equals("replication") && isDatabase(p.value()));
    return Optional.of(inDatabase ? Replication.LOGICAL : Replication.PHYSICAL);
  }

  /** The version that both sides go on with. */
  public ProtocolVersion agreed() {
    // 3.1 never existed: libpq takes an answer with it for an error.
    return version.minor() >= ProtocolVersion.V3_2.minor()
        ? ProtocolVersion.V3_2
        : ProtocolVersion.V3_0;
  }

  /** What is to be negotiated; empty if the client gets just what it asked for. */
  public Optional<NegotiationNeed> negotiation() {
    List<String> options =
        parameters.stream().map(Parameter::name).filter(StartupMessage::isOption).toList();
    return options.isEmpty() && agreed().equals(version)
        ? Optional.empty()
        : Optional.of(new NegotiationNeed(agreed().minor(), options));
  }

  static boolean isOption(String name) {
    return name.startsWith(OPTION_PREFIX);
  }

  /**
   * Reads a value of {@code replication}; empty if PostgreSQL would refuse it.
   *
   * <p>A boolean may be cut short as long as it is clear which one it is ({@code parse_bool} in
   * PostgreSQL's bool.c).
   */
  static Optional<Boolean> walSender(String value) {
    String lower = value.toLowerCase(Locale.ROOT);
    if (isDatabase(value) || lower.equals("1") || isCutFrom("true", lower, 1)) {
      return Optional.of(true);
    }
    if (isCutFrom("yes", lower, 1) || isCutFrom("on", lower, 2)) {
      return Optional.of(true);
    }
    boolean no =
        lower.equals("0")
            || isCutFrom("false", lower, 1)
            || isCutFrom("no", lower, 1)
            || isCutFrom("off", lower, 2);
    return no ? Optional.of(false) : Optional.empty();
  }

  private static boolean isDatabase(String value) {
    return value.equals("database");
  }

  private static boolean isCutFrom(String word, String value, int least) {
    return value.length() >= least && word.startsWith(value);
  }
}
