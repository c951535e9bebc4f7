package io.taidon.gateway.config;

import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import io.taidon.gateway.log.GatewayLog;
import io.taidon.gateway.log.LogEvent;
import io.taidon.gateway.log.LogKey;
import io.taidon.gateway.log.LogLine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Looks at files now and then, and has those that changed read again. A file that cannot be used is
 * told of once, and what was read before holds on. Looking is right where notifications are not,
 * see {@link io.taidon.gateway.tls.CertificateWatch}.
 */
final class FileWatch implements AutoCloseable {
  private final List<Watched> watched;
  private final GatewayLog log;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread thread;

  /** A file, and who reads it. Not thread-safe. */
  static final class Watched {
    private final Path file;
    private final Runnable reload;
    private String seen;

    /** With the file as it is now: to be made before it is read for the first time. */
    Watched(Path file) {
      this(file, () -> {}, fingerprint(file));
    }

    private Watched(Path file, Runnable reload, String seen) {
      this.file = file;
      this.reload = reload;
      this.seen = seen;
    }

    Watched reloadedBy(Runnable reader) {
      return new Watched(file, reader, seen);
    }
  }

  private FileWatch(List<Watched> watched, GatewayLog log, Duration every) {
    this.watched = watched;
    this.log = log;
    this.thread = Thread.ofVirtual().name("file-watch").start(() -> watch(every));
  }

  static FileWatch start(List<Watched> watched, GatewayLog log, Duration every) {
    return new FileWatch(watched, log, every);
  }

  /** Looks now. */
  synchronized void look() {
    for (Watched one : watched) {
      String now = fingerprint(one.file);
      if (!now.equals(one.seen)) {
        one.seen = now;
        reload(one);
      }
    }
  }

  private void reload(Watched one) {
    try {
      one.reload.run();
      log.write(LogLine.of(LogEvent.RELOADED).text(LogKey.FILE, one.file.toString()));
    } catch (TaidonException e) {
      log.write(
          LogLine.of(LogEvent.RELOAD_FAILED).text(LogKey.FILE, one.file.toString()).failure(e));
    } catch (RuntimeException e) {
      log.write(
          LogLine.of(LogEvent.RELOAD_FAILED).text(LogKey.FILE, one.file.toString()).defect(e));
    }
  }

  private void watch(Duration every) {
    try {
      while (!closed.await(every.toNanos(), TimeUnit.NANOSECONDS)) {
        look();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Ends it, and waits for a look that is under way. */
  @Override
  public void close() {
    closed.countDown();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static String fingerprint(Path file) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
      return HexFormat.of().formatHex(digest);
    } catch (IOException e) {
      return "unreadable";
    } catch (GeneralSecurityException e) {
      throw TaidonException.of(ErrorCode.INTERNAL_ERROR, "Every Java platform has SHA-256.", e);
    }
  }
}
