package io.taidon.gateway.session;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.taidon.core.scram.ScramKeys;
import io.taidon.core.scram.ScramVerifier;
import io.taidon.gateway.admission.Refusal;
import io.taidon.gateway.auth.SaslInitialResponse;
import io.taidon.gateway.auth.ScramExchange;
import io.taidon.gateway.auth.ScramRefusal;
import io.taidon.gateway.auth.TokenClaims;
import io.taidon.gateway.auth.TokenOutcome;
import io.taidon.gateway.directory.Availability;
import io.taidon.gateway.directory.BackendLogin;
import io.taidon.gateway.directory.Instance;
import io.taidon.gateway.directory.InstanceReference;
import io.taidon.gateway.log.TokenTrace;
import io.taidon.gateway.metrics.Login;
import io.taidon.gateway.metrics.Phase;
import io.taidon.gateway.route.Credential;
import io.taidon.gateway.route.Routing;
import io.taidon.gateway.route.Target;
import io.taidon.gateway.startup.Opening;
import io.taidon.gateway.tls.TlsDetails;
import io.taidon.gateway.wire.Fault;
import io.taidon.gateway.wire.FrameLimits;
import io.taidon.gateway.wire.Messages;
import io.taidon.gateway.wire.RawText;
import io.taidon.gateway.wire.SqlState;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.Optional;

/**
 * Who is it, and for which instance? Nothing is woken and nothing is told before that is known. A
 * client that names an instance or a role that does not exist goes through the same motions as one
 * with a wrong password, against a made-up verifier.
 */
final class Authentication implements Stage {
  /** More than any SCRAM message, and less than what would hurt. */
  private static final int MOST_SASL_BYTES = 4096;

  private static final int MOST_TOKEN_BYTES = 8192;

  /** What attempts with tokens are counted under, before it is known which instance they name. */
  private static final String ANY_INSTANCE = "token";

  private final ClientSession session;
  private final SessionServices services;
  private final Opening.Session opening;
  private final InetAddress address;
  private final long start = System.nanoTime();
  private Step step = new Step.Looking();
  private boolean counted;
  private Optional<Instance> wanted = Optional.empty();
  private Optional<TokenTrace> trace = Optional.empty();

  Authentication(ClientSession session) {
    this.session = session;
    this.services = session.services();
    this.opening = session.opening();
    this.address = opening.client().getAddress();
  }

  /** What the client is to send next. */
  private sealed interface Step {
    record Looking() implements Step {}

    record FirstSasl(ScramLogin login) implements Step {}

    record LastSasl(ScramLogin login) implements Step {}

    record Token(Optional<InstanceReference> named, Target target) implements Step {}
  }

  /** A login with a password. The instance is empty where there is nothing to log in to. */
  private record ScramLogin(
      ScramExchange exchange,
      ScramVerifier verifier,
      Optional<Instance> instance,
      String instanceText,
      Target target,
      boolean plus) {
    ScramLogin with(String mechanism) {
      return new ScramLogin(
          exchange,
          verifier,
          instance,
          instanceText,
          target,
          mechanism.equals(ScramExchange.MECHANISM_PLUS));
    }
  }

  void begin() {
    Optional<String> serverName = opening.tls().flatMap(TlsDetails::serverName);
    switch (services.router().route(opening.message(), serverName)) {
      case Routing.To to when to.target().credential() == Credential.TOKEN ->
          askForToken(Optional.of(to.instance()), to.target());
      case Routing.To to -> lookUp(to.instance(), to.target());
      case Routing.ByToken byToken -> askForToken(Optional.empty(), byToken.target());
      case Routing.Nowhere nowhere -> refuse(Login.ROUTE, nowhere.fault());
    }
  }

  private void lookUp(InstanceReference reference, Target target) {
    if (refused(reference.text())) {
      return;
    }
    session.whenDone(
        services.directory().find(reference),
        found -> findVerifier(found, reference.text(), target),
        this::directoryFailed);
  }

  private void findVerifier(Optional<Instance> found, String instanceText, Target target) {
    if (found.isEmpty()) {
      challenge(Optional.empty(), found, instanceText, target);
      return;
    }
    session.whenDone(
        services.directory().verifier(found.get(), target.role()),
        verifier -> challenge(verifier, found, instanceText, target),
        this::directoryFailed);
  }

  private void challenge(
      Optional<ScramVerifier> known,
      Optional<Instance> instance,
      String instanceText,
      Target target) {
    wanted = instance;
    ScramVerifier mock = services.mocks().of(instanceText, target.role());
    ScramVerifier verifier = known.orElse(mock);
    ScramExchange exchange =
        ScramExchange.start(
            verifier, opening.tls().flatMap(TlsDetails::serverEndPoint), known.isEmpty());
    step =
        new Step.FirstSasl(
            new ScramLogin(exchange, verifier, instance, instanceText, target, false));
    services.metrics().phase(Phase.LOOKUP, System.nanoTime() - start);
    session
        .channel()
        .writeAndFlush(Messages.authenticationSasl(session.alloc(), exchange.mechanisms()));
    instance.ifPresent(found -> dialEarly(found, instanceText, target));
    session.readOn();
  }

  private void dialEarly(Instance instance, String instanceText, Target target) {
    if (instance.availability() instanceof Availability.Running running) {
      // Strangers may not fill the server's places; where no proof is asked for, it must come
      // first.
      boolean ahead =
          running.endpoint().login() instanceof BackendLogin.Scram
              && services.admission().isKnown(address, instanceText);
      session.dialEarly(
          running.endpoint(),
          ahead ? Optional.of(Arrival.parameters(target, instance)) : Optional.empty());
    }
  }

  private void askForToken(Optional<InstanceReference> named, Target target) {
    if (!services.tokenTransport().allows(address, opening.tls().isPresent())) {
      refuse(Login.PROTOCOL, Faults.tokenInPlainText());
    } else if (!refused(named.map(InstanceReference::text).orElse(ANY_INSTANCE))) {
      step = new Step.Token(named, target);
      session.channel().writeAndFlush(Messages.authenticationCleartextPassword(session.alloc()));
      session.readOn();
    }
  }

  @Override
  public boolean reads() {
    return !(step instanceof Step.Looking);
  }

  @Override
  public FrameLimits expects() {
    return step instanceof Step.Token
        ? FrameLimits.only('p', MOST_TOKEN_BYTES)
        : FrameLimits.only('p', MOST_SASL_BYTES);
  }

  @Override
  public void take(ByteBuf body) {
    byte[] message = ByteBufUtil.getBytes(body);
    switch (step) {
      case Step.FirstSasl first -> first(first.login(), message);
      case Step.LastSasl last -> last(last.login(), message);
      case Step.Token token -> token(token.named(), token.target(), message);
      case Step.Looking _ -> throw new IllegalStateException("nothing is read while looking");
    }
  }

  @Override
  public void broken(Fault fault) {
    refuse(Login.PROTOCOL, fault);
  }

  @Override
  public void abandon() {
    failed(Login.GONE, Optional.empty()); // unless it was counted as something else
  }

  /** The login deadline came. */
  void expired() {
    refuse(Login.DEADLINE, Faults.loginTooSlow());
  }

  private void first(ScramLogin login, byte[] message) {
    Optional<SaslInitialResponse> response = SaslInitialResponse.parse(message);
    if (response.isEmpty() || response.get().data().isEmpty()) {
      refuse(login, ScramRefusal.MALFORMED);
      return;
    }
    String mechanism = response.get().mechanism();
    judge(login.with(mechanism), login.exchange().first(mechanism, response.get().data().get()));
  }

  private void last(ScramLogin login, byte[] message) {
    services
        .admission()
        .recheck(address, login.instanceText())
        .ifPresentOrElse(this::refuse, () -> judge(login, login.exchange().last(message)));
  }

  private void judge(ScramLogin login, ScramExchange.Step outcome) {
    switch (outcome) {
      case ScramExchange.Step.Continue more -> {
        step = new Step.LastSasl(login);
        session
            .channel()
            .writeAndFlush(
                Messages.authenticationSaslContinue(session.alloc(), more.serverFirst()));
      }
      case ScramExchange.Step.Done done -> proved(login, done);
      case ScramExchange.Step.Refused refused -> refuse(login, refused.reason());
    }
  }

  private void proved(ScramLogin login, ScramExchange.Step.Done done) {
    services.admission().succeeded(address, login.instanceText());
    step = new Step.Looking();
    session.channel().write(Messages.authenticationSaslFinal(session.alloc(), done.serverFinal()));
    ScramKeys keys = new ScramKeys(done.clientKey(), login.verifier().serverKey());
    admit(
        login.plus() ? Login.SCRAM_PLUS : Login.SCRAM,
        new Admitted(
            login.instance().orElseThrow(), login.target(), new Admitted.Proof.Password(keys)));
  }

  private void refuse(ScramLogin login, ScramRefusal reason) {
    services.admission().failed(address, login.instanceText());
    switch (reason) {
      case WRONG_PASSWORD ->
          refuse(Login.WRONG_PASSWORD, Faults.wrongPassword(login.target().role()));
      case MALFORMED, UNSUPPORTED, UNKNOWN_MECHANISM ->
          refuse(Login.PROTOCOL, Fault.fatal(SqlState.PROTOCOL_VIOLATION, reason.sentence()));
      case DOWNGRADE, CHANNEL_BINDING ->
          refuse(
              Login.PROTOCOL,
              Fault.fatal(SqlState.INVALID_AUTHORIZATION_SPECIFICATION, reason.sentence()));
    }
  }

  private void token(Optional<InstanceReference> named, Target target, byte[] message) {
    step = new Step.Looking();
    String attempted = named.map(InstanceReference::text).orElse(ANY_INSTANCE);
    int end = message.length > 0 && message[message.length - 1] == 0 ? message.length - 1 : 0;
    byte[] token = Arrays.copyOf(message, end);
    TokenOutcome outcome = services.tokens().verify(token, services.clock().instant());
    trace = Optional.of(TokenTrace.of(token, outcome));
    Arrays.fill(token, (byte) 0);
    Arrays.fill(message, (byte) 0);
    switch (outcome) {
      case TokenOutcome.Valid valid when isFor(valid.claims(), target) -> {
        services.admission().succeeded(address, attempted);
        find(valid.claims(), named, target);
      }
      case TokenOutcome.Expired expired -> {
        services.admission().failed(address, attempted);
        refuse(Login.EXPIRED_TOKEN, Faults.expiredToken(expired.at()));
      }
      case TokenOutcome.Valid _, TokenOutcome.Refused _ -> {
        services.admission().failed(address, attempted);
        refuse(Login.WRONG_TOKEN, Faults.badToken());
      }
    }
  }

  private boolean isFor(TokenClaims claims, Target target) {
    return claims.role().equals(target.role()) && claims.allows(address);
  }

  private void find(TokenClaims claims, Optional<InstanceReference> named, Target target) {
    Optional<InstanceReference> claimed = InstanceReference.parse(claims.instance());
    if (claimed.isEmpty()) {
      refuse(Login.WRONG_TOKEN, Faults.badToken());
      return;
    }
    session.whenDone(
        services.directory().find(claimed.get()),
        found ->
            found.ifPresentOrElse(
                instance -> compare(claims, instance, named, target),
                () -> refuse(Login.ROUTE, Faults.noSuchInstance(claims.instance()))),
        this::directoryFailed);
  }

  /** A token opens the instance that it names, under whichever name the client calls that. */
  private void compare(
      TokenClaims claims, Instance instance, Optional<InstanceReference> named, Target target) {
    Admitted admitted = new Admitted(instance, target, new Admitted.Proof.Token(claims.access()));
    if (named.isEmpty() || named.get().text().equals(claims.instance())) {
      admit(Login.TOKEN, admitted);
      return;
    }
    session.whenDone(
        services.directory().find(named.get()),
        other -> {
          if (other.map(Instance::id).equals(Optional.of(instance.id()))) {
            admit(Login.TOKEN, admitted);
          } else {
            refuse(Login.WRONG_TOKEN, Faults.badToken());
          }
        },
        this::directoryFailed);
  }

  private boolean refused(String instanceText) {
    Optional<Refusal> refusal = services.admission().attempt(address, instanceText);
    refusal.ifPresent(this::refuse);
    return refusal.isPresent();
  }

  private void admit(Login how, Admitted admitted) {
    count(how);
    services.metrics().phase(Phase.LOGIN, System.nanoTime() - start);
    SessionInfo info =
        new SessionInfo(
            session.number(),
            admitted.instance().id(),
            RawText.readable(admitted.target().role()),
            opening.client(),
            opening.tls().isPresent());
    services.log().loggedIn(info, how, trace, session.nanosSinceStart());
    session.admitted(admitted, info);
  }

  private void refuse(Refusal refusal) {
    services.metrics().refused(refusal.reason());
    services.log().refused(session.number(), opening, refusal);
    count(Login.REFUSED);
    session.fail(Faults.of(refusal));
  }

  private void refuse(Login outcome, Fault fault) {
    failed(outcome, Optional.of(fault.state()));
    session.fail(fault);
  }

  private void failed(Login outcome, Optional<SqlState> told) {
    if (!counted) {
      services.log().notLoggedIn(session.number(), opening, outcome, told, wanted, trace);
    }
    count(outcome);
  }

  private void directoryFailed(Throwable failure) {
    services.log().defect(session.number(), failure);
    refuse(Login.ROUTE, Faults.directoryFailed(failure));
  }

  private void count(Login outcome) {
    if (!counted) {
      counted = true;
      services.metrics().login(outcome);
    }
  }
}
