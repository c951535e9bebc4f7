package io.taidon.gateway.admission;

import io.taidon.gateway.admission.Entry.Admitted;
import io.taidon.gateway.admission.Entry.Place;
import io.taidon.gateway.admission.Entry.Refused;
import io.taidon.gateway.admission.Refusal.Reason;
import java.net.InetAddress;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * Lets clients in or not, in the order of a login: {@link #accept} a socket, {@link #attempt} a
 * login, {@link #recheck} before its proof is looked at, {@link #succeeded} or {@link #failed},
 * {@link #openSession}. Thread-safe; nothing waits.
 */
public final class Admission {
  private final AdmissionSettings settings;
  private final Standings<Pair> pairs;
  private final Standings<Source> addresses;
  private final Standings<Source> cancels;

  private final AtomicInteger strangers = new AtomicInteger();
  private final AtomicLong arrivals = new AtomicLong();
  private final ConcurrentSkipListMap<Long, Stranger> strangersByArrival =
      new ConcurrentSkipListMap<>();
  private final Headcount<Source> strangersByAddress = new Headcount<>();

  private final AtomicInteger sessions = new AtomicInteger();
  private final Headcount<String> sessionsByInstance = new Headcount<>();
  private final Headcount<Source> sessionsByAddress = new Headcount<>();

  private record Pair(Source source, String instanceText) {}

  public Admission(AdmissionSettings settings) {
    this(settings, System::nanoTime);
  }

  /** With a clock of nanoseconds that never goes back. */
  public Admission(AdmissionSettings settings, LongSupplier nanoTime) {
    this.settings = settings;
    long origin = nanoTime.getAsLong();
    LongSupplier clock = () -> nanoTime.getAsLong() - origin;
    this.pairs = new Standings<>(settings.pair(), settings.remembered(), clock);
    this.addresses = new Standings<>(settings.address(), settings.remembered(), clock);
    this.cancels = new Standings<>(settings.cancel(), settings.remembered(), clock);
  }

  /**
   * Takes in a socket that has not logged in. If that is one too many, the oldest one goes: whoever
   * holds sockets open without logging in loses them first.
   *
   * @param shed closes this socket; called once at most, from any thread, unless the place was
   *     given back before
   * @return the place, to be given back when the client has logged in or has gone
   */
  public Entry accept(InetAddress address, Runnable shed) {
    Source source = Source.of(address);
    int most =
        addresses.isTrusted(source)
            ? settings.unauthenticatedPerTrustedAddress()
            : settings.unauthenticatedPerAddress();
    if (!strangersByAddress.take(source, most)) {
      return new Refused(Refusal.of(Reason.SOCKETS_OF_ADDRESS));
    }
    if (strangers.incrementAndGet() > settings.unauthenticated()) {
      shedOldest();
    }
    Stranger stranger = new Stranger(arrivals.incrementAndGet(), source, shed);
    strangersByArrival.put(stranger.arrival, stranger);
    return new Admitted(stranger);
  }

  /**
   * Whether a client may try to log in now. Costs one token of the pair and one of the address,
   * unless they succeeded not long ago.
   *
   * @param instanceText how the client named the instance; what it names plays no part
   */
  public Optional<Refusal> attempt(InetAddress address, String instanceText) {
    Source source = Source.of(address);
    return addresses.attempt(source).or(() -> pairs.attempt(new Pair(source, instanceText)));
  }

  /**
   * Whether the proof of an attempt may still be looked at. Many attempts can be under way when the
   * first of them fail; without this each would be a guess.
   */
  public Optional<Refusal> recheck(InetAddress address, String instanceText) {
    Source source = Source.of(address);
    return addresses.blocked(source).or(() -> pairs.blocked(new Pair(source, instanceText)));
  }

  /** Whether somebody at this address logged in to the instance not long ago. */
  public boolean isKnown(InetAddress address, String instanceText) {
    return pairs.isTrusted(new Pair(Source.of(address), instanceText));
  }

  /** Takes note that an attempt ended with a login. */
  public void succeeded(InetAddress address, String instanceText) {
    Source source = Source.of(address);
    addresses.succeeded(source);
    pairs.succeeded(new Pair(source, instanceText));
  }

  /** Takes note that a proof was wrong, be it that there was nothing to prove. */
  public void failed(InetAddress address, String instanceText) {
    Source source = Source.of(address);
    addresses.failed(source);
    pairs.failed(new Pair(source, instanceText));
  }

  /**
   * Takes in a session of somebody who has logged in.
   *
   * @param cap the instance's own limit, if it has one; the gateway's holds beside it
   * @return the place, to be given back when the session ends
   */
  public Entry openSession(InetAddress address, String instanceId, OptionalInt cap) {
    Source source = Source.of(address);
    int most = Math.min(cap.orElse(Integer.MAX_VALUE), settings.sessionsPerInstance());
    if (!sessionsByInstance.take(instanceId, most)) {
      return new Refused(Refusal.of(Reason.SESSIONS_OF_INSTANCE));
    }
    if (!sessionsByAddress.take(source, settings.sessionsPerAddress())) {
      sessionsByInstance.giveBack(instanceId);
      return new Refused(Refusal.of(Reason.SESSIONS_OF_ADDRESS));
    }
    Session session = new Session(source, instanceId);
    if (sessions.incrementAndGet() > settings.sessions()) {
      session.close();
      return new Refused(Refusal.of(Reason.SESSIONS));
    }
    return new Admitted(session);
  }

  /** Whether a network may send a cancel request now. */
  public boolean mayCancel(InetAddress address) {
    return cancels.attempt(Source.of(address).network()).isEmpty();
  }

  /** Sockets that have not logged in. */
  public int unauthenticated() {
    return strangers.get();
  }

  /** Sessions of the gateway. */
  public int sessions() {
    return sessions.get();
  }

  /** Sessions of an instance. */
  public int sessionsOf(String instanceId) {
    return sessionsByInstance.of(instanceId);
  }

  /** Addresses and pairs that are kept in mind. */
  long remembered() {
    return addresses.size() + pairs.size();
  }

  private void shedOldest() {
    Map.Entry<Long, Stranger> oldest = strangersByArrival.pollFirstEntry();
    if (oldest != null) {
      oldest.getValue().shed();
    }
  }

  /** A socket that has not logged in. */
  private final class Stranger implements Place {
    private final long arrival;
    private final Source source;
    private final Runnable shed;
    private final AtomicBoolean gone = new AtomicBoolean();

    private Stranger(long arrival, Source source, Runnable shed) {
      this.arrival = arrival;
      this.source = source;
      this.shed = shed;
    }

    @Override
    public void close() {
      leave();
    }

    private void shed() {
      if (leave()) {
        shed.run();
      }
    }

    private boolean leave() {
      if (!gone.compareAndSet(false, true)) {
        return false;
      }
      strangersByArrival.remove(arrival);
      strangersByAddress.giveBack(source);
      strangers.decrementAndGet();
      return true;
    }
  }

  /** A session that has a place. */
  private final class Session implements Place {
    private final Source source;
    private final String instanceId;
    private final AtomicBoolean gone = new AtomicBoolean();

    private Session(Source source, String instanceId) {
      this.source = source;
      this.instanceId = instanceId;
    }

    @Override
    public void close() {
      if (gone.compareAndSet(false, true)) {
        sessionsByInstance.giveBack(instanceId);
        sessionsByAddress.giveBack(source);
        sessions.decrementAndGet();
      }
    }
  }
}
