package io.taidon.engine.instance;

import java.time.InstantSource;
import java.util.function.LongSupplier;

/**
 * The two clocks of a machine.
 *
 * @param day the time of day, which jumps when it is set and when the machine wakes up
 * @param running nanoseconds that count only while the machine runs, from some beginning
 */
public record Clocks(InstantSource day, LongSupplier running) {
  /** Those of this machine. */
  public static final Clocks SYSTEM = new Clocks(InstantSource.system(), System::nanoTime);
}
