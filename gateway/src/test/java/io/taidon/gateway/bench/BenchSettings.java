package io.taidon.gateway.bench;

import java.util.regex.Pattern;

/**
 * What was asked for.
 *
 * @param rounds how often each contender has its turn with each load
 * @param seconds how long a turn is
 * @param idle how many idle connections are held
 * @param only loads and sections whose names begin with this
 * @param contenders those whose names match this; not the first one, which prepares the server
 */
record BenchSettings(int rounds, int seconds, int idle, String only, Pattern contenders) {
  private static final int ROUNDS_OF_A_BENCH = 5;

  /** From the environment; {@code ROUNDS} is a number of single requests, see scripts/bench. */
  static BenchSettings read() {
    return new BenchSettings(
        Math.max(Integer.parseInt(text("ROUNDS", "24")) / ROUNDS_OF_A_BENCH, 1) | 1,
        Integer.parseInt(text("GATEWAY_SECONDS", "2")),
        Integer.parseInt(text("GATEWAY_IDLE", "10000")),
        text("GATEWAY_ONLY", ""),
        Pattern.compile(text("GATEWAY_CONTENDERS", ".*")));
  }

  boolean wants(String name) {
    return name.startsWith(only);
  }

  static String text(String variable, String otherwise) {
    String value = System.getenv(variable);
    return value == null || value.isBlank() ? otherwise : value.strip();
  }
}
