package io.taidon.gateway.session;

import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import io.taidon.gateway.admission.Entry.Place;
import io.taidon.gateway.cancel.CancelTarget;
import io.taidon.gateway.cancel.SessionKey;
import io.taidon.gateway.directory.Instance;
import io.taidon.gateway.metrics.SessionEnd;
import io.taidon.gateway.relay.Relay;
import io.taidon.gateway.relay.RelayEnd;
import io.taidon.gateway.wire.Fault;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * An authenticated session as the rest of the gateway knows it, from its login to its end. All that
 * is kept of a session that only relays. Thread-safe where it is public.
 */
public final class LiveSession {
  private static final CancelTarget NOTHING = new CancelTarget.Nothing();

  private final SessionServices services;
  private final SessionInfo info;
  private final EventLoop loop;
  private final long start = System.nanoTime();
  private SessionEnd end = SessionEnd.CLIENT;
  private SessionEnd toldWhy = SessionEnd.INSTANCE_GONE;
  private @Nullable BiConsumer<SessionEnd, Fault> turnAway;
  private @Nullable Place place;
  private @Nullable SessionKey key;
  private final AtomicLong countedIn = new AtomicLong();
  private final AtomicLong countedOut = new AtomicLong();
  private volatile @Nullable Relay relay;
  private volatile CancelTarget cancelTarget = NOTHING;

  LiveSession(
      SessionServices services,
      SessionInfo info,
      EventLoop loop,
      BiConsumer<SessionEnd, Fault> turnAway) {
    this.services = services;
    this.info = info;
    this.loop = loop;
    this.turnAway = turnAway;
  }

  public SessionInfo info() {
    return info;
  }

  /** Whether the client has used it since the last call, or its server works for it now. */
  public boolean takeActivity() {
    Relay moving = relay;
    return moving == null || moving.takeActivity();
  }

  /** Ends it as soon as no query and no transaction is under way. */
  public void endWhenIdle(SessionEnd why, Fault fault) {
    tell(why, fault, relaying -> relaying.endWhenIdle(fault));
  }

  /** Ends it now. */
  public void endNow(SessionEnd why, Fault fault) {
    tell(why, fault, relaying -> relaying.endNow(fault));
  }

  /**
   * Its server goes away, for a while: whoever is still on the way there will find out and wake it.
   */
  public void serverGoesDown(Fault fault) {
    loop.execute(() -> {
      Relay moving = relay;
      if (moving != null) {
        moving.serverGoesDown(fault);
      }
    });
  }

  /** Tells the client something, between two queries. */
  public void noticeWhenIdle(Supplier<ByteBuf> message) {
    loop.execute(() -> {
      Relay moving = relay;
      if (moving != null) {
        moving.noticeWhenIdle(message.get());
      }
    });
  }

  private void tell(SessionEnd why, Fault fault, Consumer<Relay> whileRelaying) {
    loop.execute(() -> {
      toldWhy = why;
      Relay moving = relay;
      if (moving != null) {
        whileRelaying.accept(moving);
      } else if (turnAway != null) {
        turnAway.accept(why, fault);
      }
    });
  }

  CancelTarget cancelTarget() {
    return cancelTarget;
  }

  void cancelTarget(CancelTarget target) {
    cancelTarget = target;
  }

  /** It has its place among the sessions of the instance. */
  void open(Place taken, Instance instance) {
    place = taken;
    services.live().add(this, instance);
    services.metrics().sessionOpened();
  }

  void relaying(Relay begun, Optional<SessionKey> issued) {
    turnAway = null;
    key = issued.orElse(null);
    relay = begun;
  }

  void relayEnded(RelayEnd ended) {
    count(ended.bytesToServer(), ended.bytesToClient());
    endsFor(
        switch (ended.reason()) {
          case CLIENT_LEFT, CLIENT_LOST -> SessionEnd.CLIENT;
          case SERVER_CLOSED, SERVER_LOST -> SessionEnd.BACKEND;
          case TOLD -> toldWhy;
        });
    if (key != null) {
      services.keys().revoke(key);
    }
    close();
  }

  /** Adds what was passed on since the last time to the figures. */
  void countBytes() {
    Relay moving = relay;
    if (moving != null) {
      count(moving.bytesToServer(), moving.bytesToClient());
    }
  }

  /** The sums so far may come late and out of order, from the session and from the tick. */
  private void count(long in, long out) {
    services
        .metrics()
        .relayed(
            in - countedIn.getAndAccumulate(in, Math::max),
            out - countedOut.getAndAccumulate(out, Math::max));
  }

  /** Why it is about to end, for the figures. */
  void endsFor(SessionEnd reason) {
    end = reason;
  }

  /** It is over. Idempotent. */
  void close() {
    turnAway = null;
    cancelTarget = NOTHING;
    Place taken = place;
    place = null;
    if (taken != null) {
      services.live().remove(this);
      Duration lasted = Duration.ofNanos(System.nanoTime() - start);
      services.metrics().sessionEnded(end, lasted);
      services.log().ended(info, end, lasted, countedIn.get(), countedOut.get());
      taken.close();
    }
  }
}
