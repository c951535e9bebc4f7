package io.taidon.gateway;

import java.time.Duration;

/**
 * How long the gateway waits, and for what, once a client has said what it wants; how long it may
 * take over its login is said in {@link io.taidon.gateway.startup.StartupSettings}.
 *
 * @param wakeHold how long an authenticated client is kept waiting for its instance to wake
 * @param notice how long it waits before it is told why; a wake is mostly shorter than that
 * @param dial how long connecting to an instance's server may take
 * @param backendLogin how long logging in there may take
 * @param cancel how long a cancel request is kept open until the server has closed its side
 * @param farewell how long a client has to read what it was last sent before its socket is closed
 */
public record Timeouts(
    Duration wakeHold,
    Duration notice,
    Duration dial,
    Duration backendLogin,
    Duration cancel,
    Duration farewell) {
  /** What suits most homes. */
  public static Timeouts standard() {
    return new Timeouts(
        Duration.ofSeconds(50),
        Duration.ofMillis(300),
        Duration.ofSeconds(10),
        Duration.ofSeconds(30),
        Duration.ofSeconds(10),
        Duration.ofSeconds(2));
  }

  public Timeouts withWakeHold(Duration limit) {
    return new Timeouts(limit, notice, dial, backendLogin, cancel, farewell);
  }

  public Timeouts withNotice(Duration delay) {
    return new Timeouts(wakeHold, delay, dial, backendLogin, cancel, farewell);
  }
}
