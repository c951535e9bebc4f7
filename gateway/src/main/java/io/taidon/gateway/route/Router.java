package io.taidon.gateway.route;

import io.taidon.gateway.directory.InstanceReference;
import io.taidon.gateway.startup.Replication;
import io.taidon.gateway.startup.StartupMessage;
import io.taidon.gateway.wire.Parameter;
import io.taidon.gateway.wire.RawText;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Finds out which instance a client means, and takes out of its StartupMessage what was for the
 * gateway. Whatever names an instance counts, and all that do must agree: nothing is preferred in
 * silence. Immutable.
 */
public final class Router {
  /** Between a role or database and the instance. It needs no escape in a URL. */
  public static final char SEPARATOR = '~';

  /** In place of an instance: the password is a token, and names it. */
  public static final String TOKEN = "token";

  private static final String INSTANCE_KEY = "taidon.instance";
  private static final String AUTH_KEY = "taidon.auth";
  private static final String OUR_KEYS = "taidon.";

  /** PostgreSQL's NAMEDATALEN, without the zero. */
  private static final int NAME_BYTES = 63;

  private final RouteSettings settings;

  public Router(RouteSettings settings) {
    this.settings = settings;
  }

  /**
   * The routing of a session. Never throws.
   *
   * @param serverName from TLS
   */
  public Routing route(StartupMessage message, Optional<String> serverName) {
    try {
      return new Reading(message, serverName).routing();
    } catch (Unreadable e) {
      return e.reason;
    }
  }

  /** One message being read. */
  private final class Reading {
    private final StartupMessage message;
    private final Optional<String> serverName;
    private final List<Named> named = new ArrayList<>();
    private final List<Parameter> rest = new ArrayList<>();
    private Credential credential = Credential.PASSWORD;

    Reading(StartupMessage message, Optional<String> serverName) {
      this.message = message;
      this.serverName = serverName;
    }

    Routing routing() throws Unreadable {
      String role = cut(withoutSuffix(message.user(), RouteSource.USER));
      if (role.isEmpty()) {
        throw new Unreadable("The user name is empty before the " + SEPARATOR + ".");
      }
      Optional<String> given = message.last("database").filter(name -> !name.isEmpty());
      Optional<String> database = Optional.empty();
      if (given.isPresent()) {
        database = Optional.of(withoutSuffix(given.get(), RouteSource.DATABASE));
      }
      readSettings();
      readServerName();
      requireAgreement();

      Optional<String> wanted = database.isPresent() ? database : Optional.of(role);
      Target target =
          new Target(
              role,
              wanted.filter(name -> !name.isEmpty()).map(Router::cut),
              message.replication(),
              rest,
              credential);
      if (!named.isEmpty()) {
        return new Routing.To(named.getFirst().instance(), named.getFirst().source(), target);
      }
      if (credential == Credential.TOKEN) {
        return new Routing.ByToken(target);
      }
      return given
          .filter(name -> !message.replication().equals(Optional.of(Replication.PHYSICAL)))
          .flatMap(InstanceReference::parse)
          .<Routing>map(instance ->
              new Routing.To(instance, RouteSource.BARE_DATABASE, withDefaultDatabase(target)))
          .orElseGet(Routing.None::new);
    }

    /** Takes the suffix off a name, and notes what it names. */
    private String withoutSuffix(String name, RouteSource source) throws Unreadable {
      int separator = name.lastIndexOf(SEPARATOR);
      if (separator < 0) {
        return name;
      }
      note(name.substring(separator + 1), source);
      return name.substring(0, separator);
    }

    /** Sorts all parameters but user and database into ours and the backend's. */
    private void readSettings() throws Unreadable {
      Optional<String> options = message.last("options");
      if (options.isPresent()) {
        CommandLineOptions read = CommandLineOptions.read(options.get(), Router::isOurs);
        for (Parameter setting : read.taken()) {
          noteSetting(setting);
        }
        options = Optional.of(read.remaining()).filter(left -> !left.isBlank());
      }
      boolean optionsKept = false;
      for (Parameter parameter : message.parameters()) {
        String name = parameter.name();
        if (isOurs(name)) {
          noteSetting(new Parameter(name.toLowerCase(Locale.ROOT), parameter.value()));
        } else if (name.equals("options")) {
          // The last one counts, so the others must not reach a backend either.
          if (!optionsKept && options.isPresent()) {
            rest.add(new Parameter(name, options.get()));
          }
          optionsKept = true;
        } else if (!name.equals("user")
            && !name.equals("database")
            && !name.startsWith(StartupMessage.OPTION_PREFIX)) {
          rest.add(parameter);
        }
      }
    }

    private void noteSetting(Parameter setting) throws Unreadable {
      switch (setting.name()) {
        case INSTANCE_KEY -> note(setting.value(), RouteSource.OPTIONS);
        case AUTH_KEY -> {
          if (!setting.value().equals(TOKEN)) {
            throw new Unreadable("The option " + AUTH_KEY + " can only be " + TOKEN + ".");
          }
          credential = Credential.TOKEN;
        }
        default ->
            throw new Unreadable(
                "There is no option \"%s\"; there are %s and %s."
                    .formatted(RawText.readable(setting.name()), INSTANCE_KEY, AUTH_KEY));
      }
    }

    private void readServerName() throws Unreadable {
      Optional<String> labels = serverName.flatMap(Router.this::labelsBelowDomain);
      if (labels.isPresent()) {
        note(labels.get(), RouteSource.SERVER_NAME);
      }
    }

    private void note(String text, RouteSource source) throws Unreadable {
      if (text.equals(TOKEN)) {
        credential = Credential.TOKEN;
        return;
      }
      Optional<InstanceReference> instance = InstanceReference.parse(text);
      if (instance.isEmpty()) {
        throw new Unreadable(
            "What %s gives as the instance, \"%s\", is not the form of one: lower-case letters, digits and hyphens."
                .formatted(source.words(), RawText.readable(text)));
      }
      named.add(new Named(instance.get(), source));
    }

    private void requireAgreement() throws Unreadable {
      for (Named other : named) {
        if (!other.instance().equals(named.getFirst().instance())) {
          throw new Unreadable(new Routing.Conflict(named.getFirst().words(), other.words()));
        }
      }
    }
  }

  /** What is left of a server name before the domain, in lower case. */
  private Optional<String> labelsBelowDomain(String serverName) {
    String name = serverName.toLowerCase(Locale.ROOT).replaceFirst("\\.$", "");
    return settings.domains().stream()
        .filter(domain -> name.endsWith("." + domain))
        .map(domain -> name.substring(0, name.length() - domain.length() - 1))
        .findFirst();
  }

  private static Target withDefaultDatabase(Target target) {
    return new Target(
        target.role(),
        Optional.empty(),
        target.replication(),
        target.settings(),
        target.credential());
  }

  private static boolean isOurs(String name) {
    return name.toLowerCase(Locale.ROOT).startsWith(OUR_KEYS);
  }

  /** As PostgreSQL cuts names; what a directory knows of a role goes by the short one. */
  private static String cut(String name) {
    return name.length() > NAME_BYTES ? name.substring(0, NAME_BYTES) : name;
  }

  private record Named(InstanceReference instance, RouteSource source) {
    String words() {
      return "\"%s\" (%s)".formatted(instance, source.words());
    }
  }

  private static final class Unreadable extends Exception {
    private static final long serialVersionUID = 1;
    private final transient Routing reason;

    Unreadable(String sentence) {
      this(new Routing.Invalid(sentence));
    }

    Unreadable(Routing reason) {
      super(null, null, false, false);
      this.reason = reason;
    }
  }
}
