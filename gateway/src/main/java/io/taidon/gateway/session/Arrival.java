package io.taidon.gateway.session;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.taidon.core.scram.ScramKeys;
import io.taidon.gateway.admission.Entry;
import io.taidon.gateway.backend.LoginOutcome;
import io.taidon.gateway.backend.ProcessKey;
import io.taidon.gateway.backend.ServerDial;
import io.taidon.gateway.cancel.CancelTarget;
import io.taidon.gateway.cancel.SessionKey;
import io.taidon.gateway.directory.Availability;
import io.taidon.gateway.directory.BackendLogin;
import io.taidon.gateway.directory.Endpoint;
import io.taidon.gateway.directory.Instance;
import io.taidon.gateway.directory.TokenLogin;
import io.taidon.gateway.metrics.Phase;
import io.taidon.gateway.metrics.SessionEnd;
import io.taidon.gateway.relay.Relay;
import io.taidon.gateway.route.Target;
import io.taidon.gateway.wire.Fault;
import io.taidon.gateway.wire.FrameLimits;
import io.taidon.gateway.wire.Messages;
import io.taidon.gateway.wire.Parameter;
import io.taidon.gateway.wire.ProtocolVersion;
import io.taidon.gateway.wire.RawText;
import io.taidon.gateway.wire.SqlState;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The way of a client that has authenticated to its server: a hold while the instance wakes, if it
 * must, then a connection, a login, and the hand-off to the relay.
 */
final class Arrival implements Stage {
  /** A server that starts or recovers says so, and is asked again. */
  private static final String STARTING = SqlState.CANNOT_CONNECT_NOW.code();

  private static final Duration BETWEEN_ATTEMPTS = Duration.ofMillis(50);

  private final ClientSession session;
  private final SessionServices services;
  private final Admitted admitted;
  private final Instance instance;
  private final LiveSession live;
  private final Channel client;
  private final long start = System.nanoTime();
  private @Nullable Hold hold;
  private @Nullable ServerDial dial;
  private @Nullable SessionKey key;
  private boolean woken;
  private long loginBegan;

  Arrival(ClientSession session, Admitted admitted, SessionInfo info) {
    this.session = session;
    this.services = session.services();
    this.admitted = admitted;
    this.instance = admitted.instance();
    this.client = session.channel();
    this.live =
        new LiveSession(
            services,
            info,
            client.eventLoop(),
            (why, fault) -> session.onLoop(() -> fail(why, fault)));
  }

  void begin() {
    switch (services
        .admission()
        .openSession(
            session.opening().client().getAddress(), instance.id(), instance.maxSessions())) {
      case Entry.Refused refused -> {
        services.metrics().refused(refused.refusal().reason());
        services.log().refused(session.number(), session.opening(), refused.refusal());
        session.fail(Faults.of(refused.refusal()));
      }
      case Entry.Admitted place -> {
        live.open(place.place(), instance);
        // Not flushed: where the server is up, everything goes to the client in one packet.
        client.write(Messages.authenticationOk(session.alloc()));
        goTo(instance.availability());
      }
    }
  }

  private void goTo(Availability availability) {
    switch (availability) {
      case Availability.Running running -> connect(running.endpoint());
      case Availability.Asleep _ -> hold();
      case Availability.Failed failed ->
          fail(SessionEnd.BACKEND_UNREACHABLE, Faults.doesNotRun(failed.sentence()));
    }
  }

  /** One wake, however many clients wait; this one is told what goes on. */
  private void hold() {
    woken = true;
    if (key == null) {
      key = issueKey(Optional.empty());
      writeKey(key);
    }
    client.flush();
    Hold holding = new Hold(session, instance, this::fail);
    hold = holding;
    live.cancelTarget(
        new CancelTarget.Hold(
            () -> session.onLoop(() -> fail(SessionEnd.CLIENT, Faults.holdCancelled()))));
    holding.begin(this::awake);
  }

  private void awake(Endpoint endpoint) {
    hold = null;
    live.cancelTarget(new CancelTarget.Nothing());
    connect(endpoint);
  }

  private void connect(Endpoint endpoint) {
    ServerDial early = session.takeEarlyDial(endpoint);
    ServerDial dialling = early != null ? early : session.dial(endpoint);
    dial = dialling;
    dialling.whenDone(connected -> session.onLoop(() -> connected(dialling, connected)));
  }

  private void connected(ServerDial dialled, boolean connected) {
    services.metrics().phase(Phase.DIAL, System.nanoTime() - dialled.begunAt());
    if (!connected) {
      dial = null;
      serverNotThere();
      return;
    }
    switch (admitted.proof()) {
      case Admitted.Proof.Password password ->
          logIn(dialled, admitted.target().role(), Optional.of(password.keys()));
      case Admitted.Proof.Token token ->
          session.whenDone(
              services.directory().tokenLogin(instance, admitted.target().role(), token.access()),
              found -> logInWithToken(dialled, found),
              this::directoryFailed);
    }
  }

  /** The directory thought that it runs. If it has gone to sleep since, waking helps. */
  private void serverNotThere() {
    if (woken) {
      fail(SessionEnd.BACKEND_UNREACHABLE, Faults.unreachable());
    } else {
      hold();
    }
  }

  private void logInWithToken(ServerDial dialled, Optional<TokenLogin> found) {
    found.ifPresentOrElse(
        login -> logIn(dialled, login.role(), login.keys()),
        () -> fail(SessionEnd.REFUSED, Faults.roleNotForTokens()));
  }

  private void logIn(ServerDial dialled, String role, Optional<ScramKeys> keys) {
    Optional<ScramKeys> shown =
        dialled.endpoint().login() instanceof BackendLogin.Scram ? keys : Optional.empty();
    loginBegan = System.nanoTime();
    dialled
        .login()
        .start(
            admitted.target().parameters(role, RawText.fromReadable(instance.defaultDatabase())),
            shown,
            services.timeouts().backendLogin(),
            outcome -> loggedIn(dialled, outcome));
  }

  private void loggedIn(ServerDial dialled, LoginOutcome outcome) {
    if (session.isOver()) {
      release(outcome);
      dialled.abandon();
      return;
    }
    switch (outcome) {
      case LoginOutcome.Ready ready -> handOff(dialled, ready);
      case LoginOutcome.Refused refused when mayAskAgain(refused) -> {
        refused.error().release();
        dial = null;
        client
            .eventLoop()
            .schedule(
                () -> session.onLoop(() -> connect(dialled.endpoint())),
                BETWEEN_ATTEMPTS.toMillis(),
                TimeUnit.MILLISECONDS);
      }
      case LoginOutcome.Refused refused -> {
        live.endsFor(SessionEnd.BACKEND);
        session.dismiss(refused.error());
      }
      case LoginOutcome.Lost _ -> {
        dial = null;
        serverNotThere();
      }
      case LoginOutcome.Failed failed -> fail(SessionEnd.BACKEND_UNREACHABLE, failed.fault());
    }
  }

  /** What the server is told of a client that is itself. */
  static List<Parameter> parameters(Target target, Instance instance) {
    return target.parameters(RawText.fromReadable(instance.defaultDatabase()));
  }

  private boolean mayAskAgain(LoginOutcome.Refused refused) {
    return refused.state().equals(STARTING)
        && System.nanoTime() - start < services.timeouts().wakeHold().toNanos();
  }

  private void handOff(ServerDial dialled, LoginOutcome.Ready ready) {
    Channel server = dialled.channel();
    ProcessKey process = ready.process();
    CancelTarget.Process target =
        new CancelTarget.Process(
            dialled.endpoint().address(), process.pid(), process.key(), dialled.endpoint().tls());
    ByteBuf greeting = ready.greeting();
    client.write(greeting);
    instance
        .expiresAt()
        .ifPresent(at ->
            client.write(
                Messages.parameterStatus(
                    session.alloc(),
                    "taidon.expires_at",
                    at.truncatedTo(ChronoUnit.SECONDS).toString())));
    warnOfExpiry();
    if (process.isGiven()) {
      live.cancelTarget(target);
      if (key == null) {
        key = issueKey(Optional.of(target));
        writeKey(key);
      }
    }
    client.writeAndFlush(Messages.readyForQuery(session.alloc(), ready.status()));
    Relay relay = new Relay(client, server, services.timeouts().farewell(), live::relayEnded);
    ByteBuf early = session.handOff();
    services.metrics().phase(Phase.BACKEND_LOGIN, System.nanoTime() - loginBegan);
    services.metrics().phase(Phase.TOTAL, session.nanosSinceStart());
    live.relaying(relay, Optional.ofNullable(key));
    relay.begin(session, dialled.login(), early, ready.rest());
  }

  /** Between the greeting and the first ReadyForQuery, where clients take notices. */
  private void warnOfExpiry() {
    Instant now = services.clock().instant();
    Optional<Instant> end = instance.expiresAt();
    if (end.isPresent() && ExpiryWarning.isDue(end, now)) {
      client.write(ExpiryWarning.message(session.alloc(), end.get(), now));
    }
  }

  private SessionKey issueKey(Optional<CancelTarget.Process> process) {
    boolean isLong = session.opening().message().agreed().equals(ProtocolVersion.V3_2);
    return isLong
        ? services
            .keys()
            .issueLong(
                live::cancelTarget,
                process.filter(target -> target.address() instanceof InetSocketAddress))
        : services.keys().issueShort(live::cancelTarget);
  }

  private void writeKey(SessionKey issued) {
    client.write(Messages.backendKeyData(session.alloc(), issued.pid(), issued.key()));
  }

  private void directoryFailed(Throwable failure) {
    services.log().defect(session.number(), failure);
    fail(SessionEnd.INTERNAL, Faults.directoryFailed(failure));
  }

  private void fail(SessionEnd reason, Fault fault) {
    live.endsFor(reason);
    session.fail(fault);
  }

  @Override
  public boolean reads() {
    return false;
  }

  @Override
  public FrameLimits expects() {
    return type -> FrameLimits.NOT_NOW;
  }

  @Override
  public void take(ByteBuf body) {}

  @Override
  public void broken(Fault fault) {}

  @Override
  public void abandon() {
    if (hold != null) {
      hold.end();
    }
    if (dial != null) {
      dial.abandon();
    }
    if (key != null) {
      services.keys().revoke(key);
    }
    live.close();
  }

  private static void release(LoginOutcome outcome) {
    switch (outcome) {
      case LoginOutcome.Ready ready -> {
        ready.greeting().release();
        ready.rest().release();
      }
      case LoginOutcome.Refused refused -> refused.error().release();
      case LoginOutcome.Lost _, LoginOutcome.Failed _ -> {
        // nothing to release
      }
    }
  }
}
