package io.taidon.gateway.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.netty4.NettyAllocatorMetrics;
import io.micrometer.core.instrument.binder.netty4.NettyEventExecutorMetrics;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import io.netty.channel.EventLoopGroup;
import io.taidon.gateway.admission.Refusal;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/**
 * Everything that the gateway counts and times, as plain methods for those to whom it happens. All
 * meters exist from the start, so a rate is right from the first event on. Thread-safe, and cheap
 * enough for event loops: an array access and an atomic addition.
 */
public final class GatewayMetrics {
  private static final Duration[] CONNECT_BUCKETS =
      millis(1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 30_000, 60_000);

  private final MeterRegistry registry;
  private final AtomicInteger connections = new AtomicInteger();
  private final AtomicInteger sessions = new AtomicInteger();
  private final AtomicInteger waiting = new AtomicInteger();
  private final Counter accepted;
  private final Counter shed;
  private final Counter fromClients;
  private final Counter fromServers;
  private final Map<Opened, Counter> opened;
  private final Map<Login, Counter> logins;
  private final Map<SessionEnd, Counter> ends;
  private final Map<Cancel, Counter> cancels;
  private final Map<Refusal.Reason, Counter> refusals;
  private final Map<Phase, Timer> phases;
  private final Map<Wake, Timer> wakes;
  private final Timer sessionTime;

  public GatewayMetrics(MeterRegistry registry) {
    this.registry = registry;
    gauge("taidon.gateway.connections", "Sockets of clients that are open", connections);
    gauge("taidon.gateway.sessions", "Authenticated sessions that are open", sessions);
    gauge("taidon.gateway.sessions.waiting", "Sessions that wait for an instance", waiting);
    accepted = counter("taidon.gateway.accepted", "Sockets accepted");
    shed = counter("taidon.gateway.shed", "Sockets closed, without a login, to make room");
    fromClients = bytes("client");
    fromServers = bytes("server");
    opened = counters(Opened.class, "taidon.gateway.opened", "kind", "How connections began");
    logins = counters(Login.class, "taidon.gateway.logins", "outcome", "Logins by how they ended");
    ends =
        counters(
            SessionEnd.class, "taidon.gateway.sessions.ended", "reason", "Sessions that ended");
    cancels = counters(Cancel.class, "taidon.gateway.cancels", "outcome", "Cancel requests");
    refusals =
        each(
            Refusal.Reason.class,
            reason ->
                Counter.builder("taidon.gateway.refused")
                    .description("Clients refused by a limit")
                    .tag("reason", reason.name().toLowerCase(Locale.ROOT))
                    .register(registry));
    phases =
        each(
            Phase.class,
            phase ->
                Timer.builder("taidon.gateway.connect")
                    .description("Parts of the time from a socket to the first ReadyForQuery")
                    .tag("phase", phase.text())
                    .serviceLevelObjectives(CONNECT_BUCKETS)
                    .register(registry));
    wakes =
        each(
            Wake.class,
            wake ->
                Timer.builder("taidon.gateway.wake")
                    .description("Wakes of instances, however many sessions waited for each")
                    .tag("outcome", wake.text())
                    .serviceLevelObjectives(CONNECT_BUCKETS)
                    .register(registry));
    sessionTime =
        Timer.builder("taidon.gateway.session")
            .description("How long sessions lasted")
            .register(registry);
  }

  /** A client's socket was accepted. */
  public void connected() {
    accepted.increment();
    connections.incrementAndGet();
  }

  /** A client's socket was closed. */
  public void disconnected() {
    connections.decrementAndGet();
  }

  /** A socket that had not logged in was closed to make room. */
  public void shed() {
    shed.increment();
  }

  public void opened(Opened kind) {
    count(opened, kind);
  }

  public void login(Login outcome) {
    count(logins, outcome);
  }

  /** A limit held somebody off. */
  public void refused(Refusal.Reason reason) {
    count(refusals, reason);
  }

  public void sessionOpened() {
    sessions.incrementAndGet();
  }

  public void sessionEnded(SessionEnd reason, Duration lasted) {
    sessions.decrementAndGet();
    count(ends, reason);
    sessionTime.record(lasted);
  }

  /** A session begins to wait for its instance. */
  public void waitBegins() {
    waiting.incrementAndGet();
  }

  public void waitEnds() {
    waiting.decrementAndGet();
  }

  public void woke(Wake outcome, Duration took) {
    timer(wakes, outcome).record(took);
  }

  public void cancel(Cancel outcome) {
    count(cancels, outcome);
  }

  public void phase(Phase phase, long nanos) {
    timer(phases, phase).record(Math.max(nanos, 0), TimeUnit.NANOSECONDS);
  }

  /** Bytes were passed on. For many small ones, add up first. */
  public void relayed(long bytesFromClient, long bytesFromServer) {
    if (bytesFromClient > 0) {
      fromClients.increment(bytesFromClient);
    }
    if (bytesFromServer > 0) {
      fromServers.increment(bytesFromServer);
    }
  }

  /** Adds gauges of an allocator's memory. */
  public void watch(ByteBufAllocatorMetricProvider allocator) {
    new NettyAllocatorMetrics(allocator).bindTo(registry);
  }

  /** Adds gauges of the tasks that wait on each event loop. */
  public void watch(EventLoopGroup loops) {
    new NettyEventExecutorMetrics(loops).bindTo(registry);
  }

  private Counter counter(String name, String description) {
    return Counter.builder(name).description(description).register(registry);
  }

  private Counter bytes(String from) {
    return Counter.builder("taidon.gateway.relayed")
        .description("Bytes passed on in sessions")
        .baseUnit("bytes")
        .tag("from", from)
        .register(registry);
  }

  private void gauge(String name, String description, AtomicInteger number) {
    Gauge.builder(name, number, AtomicInteger::get).description(description).register(registry);
  }

  private <E extends Enum<E> & Label> Map<E, Counter> counters(
      Class<E> labels, String name, String key, String description) {
    return each(
        labels,
        label ->
            Counter.builder(name)
                .description(description)
                .tag(key, label.text())
                .register(registry));
  }

  private static <E extends Enum<E>, M> Map<E, M> each(Class<E> labels, Function<E, M> meter) {
    Map<E, M> meters = new EnumMap<>(labels);
    for (E label : labels.getEnumConstants()) {
      meters.put(label, meter.apply(label));
    }
    return meters;
  }

  private static <E extends Enum<E>> void count(Map<E, Counter> counters, E label) {
    Counter counter = counters.get(label);
    if (counter != null) { // always: there is one for each constant
      counter.increment();
    }
  }

  private static <E extends Enum<E>> Timer timer(Map<E, Timer> timers, E label) {
    Timer timer = timers.get(label);
    if (timer == null) {
      throw new IllegalStateException("there is a timer for each constant");
    }
    return timer;
  }

  private static Duration[] millis(int... millis) {
    Duration[] durations = new Duration[millis.length];
    for (int i = 0; i < millis.length; i++) {
      durations[i] = Duration.ofMillis(millis[i]);
    }
    return durations;
  }
}
