package io.taidon.gateway.bench;

import java.nio.file.Path;
import java.util.List;

/** What a client does during its turn. */
enum Load {
  SIMPLE_1("simple protocol, 1 client", true, "-M", "simple", "-c", "1", "-j", "1"),
  PREPARED_1("prepared statements, 1 client", true, "-M", "prepared", "-c", "1", "-j", "1"),
  SIMPLE_32("simple protocol, 32 clients", true, "-M", "simple", "-c", "32", "-j", "1"),
  PREPARED_32("prepared statements, 32 clients", true, "-M", "prepared", "-c", "32", "-j", "1"),
  CONNECT("a new connection for each query, 8 clients", true, "-C", "-c", "8", "-j", "1"),
  COPY("COPY of 100 MB out", false);

  private final String title;
  private final boolean pgbench;
  private final List<String> options;

  Load(String title, boolean pgbench, String... options) {
    this.title = title;
    this.pgbench = pgbench;
    this.options = List.of(options);
  }

  String title() {
    return title;
  }

  /** Its unit: transactions or connections a second, or megabytes. */
  String unit() {
    return switch (this) {
      case COPY -> "MB/s";
      case CONNECT -> "conn/s";
      case SIMPLE_1, PREPARED_1, SIMPLE_32, PREPARED_32 -> "tps";
    };
  }

  /**
   * A login runs much code a few times, a query little code often; a compiler wants thousands.
   *
   * @param compiled whether it was compiled long ago, so that only caches are cold
   */
  int warmUpSeconds(boolean compiled) {
    if (compiled) {
      return 1;
    }
    return this == CONNECT ? 15 : 4;
  }

  Turn run(Contender contender, Path directory, int seconds) {
    return pgbench
        ? Pgbench.run(contender, directory, seconds, options)
        : CopyOut.run(contender, directory);
  }
}
