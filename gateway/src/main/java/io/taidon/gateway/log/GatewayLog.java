package io.taidon.gateway.log;

import java.lang.System.Logger.Level;
import java.util.EnumMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Where log lines go: in order, written by a thread of its own, so that a slow disk or a full pipe
 * holds up no event loop. What does not fit into its queue is left out and counted, and so is what
 * strangers cause too often. Thread-safe.
 */
public final class GatewayLog {
  private static final int MOST_WAITING = 8192;
  private static final int MOST_PER_SECOND = 50;
  private static final int FLUSH_SECONDS = 2;

  private final System.Logger logger;
  private final Map<LogEvent, Throttle> throttles = new EnumMap<>(LogEvent.class);
  private final AtomicLong lost = new AtomicLong();
  private final ThreadPoolExecutor writer;

  /** To the logger of the gateway. */
  public GatewayLog() {
    this(System.getLogger("io.taidon.gateway"));
  }

  public GatewayLog(System.Logger logger) {
    this.logger = logger;
    for (LogEvent event : LogEvent.values()) {
      if (event.isCausedByStrangers()) {
        throttles.put(event, new Throttle(MOST_PER_SECOND));
      }
    }
    this.writer =
        new ThreadPoolExecutor(
            1,
            1,
            5,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(MOST_WAITING),
            Thread.ofPlatform().daemon().name("gateway-log").factory(),
            (line, full) -> lost.incrementAndGet());
    writer.allowCoreThreadTimeOut(true); // so that nobody has to close a log
  }

  /** Writes a line, at the level of its event. It is the log's from now on. Never waits. */
  public void write(LogLine line) {
    Level level = line.event().level();
    if (!logger.isLoggable(level)) {
      return;
    }
    Throttle throttle = throttles.get(line.event());
    if (throttle != null) {
      OptionalLong leftOut = throttle.pass(System.nanoTime());
      if (leftOut.isEmpty()) {
        return;
      }
      if (leftOut.getAsLong() > 0) {
        line.with(LogKey.LEFT_OUT, leftOut.getAsLong());
      }
    }
    writer.execute(() -> {
      long lines = lost.getAndSet(0);
      if (lines > 0) {
        LogLine gap = LogLine.of(LogEvent.LINES_LOST).with(LogKey.COUNT, lines);
        logger.log(gap.event().level(), gap.toString());
      }
      logger.log(level, line.toString());
    });
  }

  /** Waits, not for long, until what was to be written is. */
  public void flush() {
    Future<?> written = writer.submit(() -> {});
    try {
      written.get(FLUSH_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException | ExecutionException e) {
      // Whoever reads the log does not; there is nobody to tell.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
