package io.taidon.cli.command;

import io.taidon.cli.CliException;
import io.taidon.cli.client.Json;
import io.taidon.cli.config.Durations;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/** Turns the arguments of {@code prepare:<kind>} and {@code plan:<kind>} into a prepare request. */
final class PrepareRequests {
  private static final int MOST_CHECKPOINT = 100_000;

  private PrepareRequests() {}

  static Specs engineOptions(Specs specs, PrepareKind kind) {
    return serverOptions(
        specs
            .flag("--watch", "Wait for the end of the job (default).")
            .flag("--no-watch", "Print how to follow the job and end at once."),
        kind);
  }

  /** The options that change what is made. */
  static Specs serverOptions(Specs specs, PrepareKind kind) {
    Specs options =
        specs
            .number("--postgres-version", "MAJOR", "Major version of PostgreSQL, for example 17.")
            .text("--dbms-home", "DIR", "A PostgreSQL installation to use (holds bin/postgres).")
            .text("--image", "IMAGE", "Refused: PostgreSQL runs natively here.");
    return switch (kind) {
      case PSQL -> options;
      case LIQUIBASE ->
          options.number(
              "--checkpoint", "N", "Keep a state after every N changesets, and the last (1).");
    };
  }

  static Json build(PrepareKind kind, Arguments arguments, Session session, boolean isPlan)
      throws IOException {
    check(arguments);
    Json request =
        Json.object()
            .with("prepare_kind", kind.word())
            .with(kind.argumentsField(), Json.strings(arguments.tool()))
            .with("work_dir", session.cwd().toString())
            .with("workspace", session.workspace().directory().toString())
            .with("plan_only", isPlan);
    Json whole = engine(ofKind(kind, request, arguments, session), arguments, session);
    return isPlan ? whole : instance(whole, arguments);
  }

  private static void check(Arguments arguments) {
    if (arguments.flag("--image")) {
      throw CliException.usage("--image has no meaning here: PostgreSQL runs natively.")
          .remedy("Choose the server with --postgres-version or --dbms-home.");
    }
    if (arguments.flag("--watch") && arguments.flag("--no-watch")) {
      throw CliException.usage("--watch and --no-watch exclude each other.");
    }
  }

  private static Json ofKind(PrepareKind kind, Json request, Arguments arguments, Session session)
      throws IOException {
    return switch (kind) {
      case PSQL ->
          kind.tool().readsStdin(arguments.tool())
              ? request.with("stdin", session.readStdin())
              : request;
      case LIQUIBASE -> withNumber(request, "checkpoint", arguments, 1, MOST_CHECKPOINT);
    };
  }

  private static Json engine(Json request, Arguments arguments, Session session) {
    Optional<String> home =
        arguments
            .value("--dbms-home")
            .map(path -> session.cwd().resolve(path).normalize().toString())
            .or(() -> session.config().path("dbms.home").map(String::valueOf));
    Optional<Integer> version = arguments.number("--postgres-version");
    if (version.isEmpty() && !arguments.flag("--dbms-home")) {
      version = session.config().get("dbms.version").map(text -> major(session, text));
    }
    // A version on the command line is meant, whatever home the configuration has.
    boolean usesHome = arguments.flag("--dbms-home") || !arguments.flag("--postgres-version");
    Json whole = usesHome ? request.with("postgres_home", home) : request;
    return version.isPresent() ? whole.with("postgres_version", (long) version.get()) : whole;
  }

  private static int major(Session session, String text) {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw session.config().invalid("dbms.version", text, "a major version such as 17");
    }
  }

  private static Json instance(Json request, Arguments arguments) {
    boolean reuse = arguments.flag("--reuse");
    boolean fresh = arguments.flag("--fresh");
    Optional<String> name = arguments.value("--name");
    if (name.isEmpty() && (reuse || fresh)) {
      throw CliException.usage("--reuse and --fresh say what to do with a name: add --name.");
    }
    Json whole =
        withNumber(
            request.with("durable", arguments.flag("--durable")), "port", arguments, 1, 65_535);
    whole = lifetime(whole, arguments);
    if (name.isEmpty()) {
      return whole;
    }
    String policy = reuse ? (fresh ? "reuse_or_fresh" : "reuse") : (fresh ? "fresh" : "create");
    return whole.with("name", name.get()).with("name_policy", policy);
  }

  /**
   * At a port of its own nobody would wake it, so who wants that gets an instance that stays up.
   */
  private static Json lifetime(Json request, Arguments arguments) {
    Optional<Duration> ttl = time(arguments, "--ttl");
    Optional<Duration> idle = time(arguments, "--idle-timeout");
    if (idle.isEmpty() && arguments.flag("--direct")) {
      idle = Optional.of(Duration.ZERO);
    }
    Json whole = request;
    if (ttl.isPresent()) {
      whole = whole.with("ttl_millis", ttl.get().toMillis());
    }
    return idle.isPresent() ? whole.with("idle_timeout_millis", idle.get().toMillis()) : whole;
  }

  /** The time of an option, where it was given; zero has a meaning. */
  static Optional<Duration> time(Arguments arguments, String option) {
    return arguments
        .value(option)
        .map(text ->
            Durations.parseOrZero(text)
                .orElseThrow(() ->
                    CliException.usage(
                        option
                            + " is a time such as 90s, 15m, 24h or 7d, or 0, not '"
                            + text
                            + "'.")));
  }

  /** With the number of the option that has the field's name, if it was given. */
  private static Json withNumber(
      Json request, String field, Arguments arguments, int least, int most) {
    Optional<Integer> number = arguments.number("--" + field);
    if (number.isEmpty()) {
      return request;
    }
    if (number.get() < least || number.get() > most) {
      throw CliException.usage(
          "--" + field + " is " + least + " to " + most + ", not " + number.get() + ".");
    }
    return request.with(field, (long) number.get());
  }

  /** Prints what {@code --no-watch} prints. */
  static void printSubmitted(Session session, Json submitted) {
    if (session.isJson()) {
      session.out().println(submitted);
      return;
    }
    session.out().println("JOB_ID=" + submitted.string("job_id"));
    session.out().println("STATUS_URL=" + submitted.string("status_url"));
    session.out().println("EVENTS_URL=" + submitted.string("events_url"));
  }
}
