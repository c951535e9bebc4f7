package io.taidon.gateway.log;

/** Where log lines go. Thread-safe. */
public final class GatewayLog {
  private final System.Logger logger;

  /** To the logger of the gateway. */
  public GatewayLog() {
    this(System.getLogger("io.taidon.gateway"));
  }

  GatewayLog(System.Logger logger) {
    this.logger = logger;
  }

  /** Writes a line, at the level of its event. */
  public void write(LogLine line) {
    if (logger.isLoggable(line.event().level())) {
      logger.log(line.event().level(), line.toString());
    }
  }
}
