package io.taidon.gateway.startup;

import io.netty.channel.Channel;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * The moment by which a client must have logged in, counted from when it was accepted, however
 * slowly its bytes trickle. When it comes, the connection is closed, or what {@link #onExpiry} was
 * given happens. To be used on the channel's event loop only.
 */
public final class LoginDeadline {
  private final Future<?> alarm;
  private Runnable expiry;
  private boolean met;

  private LoginDeadline(Channel channel, Duration within) {
    expiry = channel::close;
    alarm = channel.eventLoop().schedule(this::expire, within.toNanos(), TimeUnit.NANOSECONDS);
  }

  /** Starts to count. */
  public static LoginDeadline start(Channel channel, Duration within) {
    return new LoginDeadline(channel, within);
  }

  /** What to do instead of closing the connection. */
  public void onExpiry(Runnable action) {
    expiry = action;
  }

  /** The client has logged in, or is gone: nothing will happen. Idempotent. */
  public void met() {
    met = true;
    alarm.cancel(false);
  }

  private void expire() {
    if (!met) {
      expiry.run();
    }
  }
}
