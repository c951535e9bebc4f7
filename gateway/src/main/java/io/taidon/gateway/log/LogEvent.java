package io.taidon.gateway.log;

import java.lang.System.Logger.Level;
import java.util.Locale;

/** What log lines are about. */
public enum LogEvent {
  /** The gateway serves clients. */
  STARTED(Level.INFO),
  /** It takes no more clients and waits for the ones there are. */
  DRAINING(Level.INFO),
  /** It is gone. */
  STOPPED(Level.INFO),
  /** Certificates, keys or the directory's file were read again. */
  RELOADED(Level.INFO),
  /** They could not be, and what was read before holds on. */
  RELOAD_FAILED(Level.WARNING),
  /** A client logged in. */
  LOGIN(Level.INFO),
  /** A client did not log in. */
  LOGIN_FAILED(Level.INFO),
  /** A limit held somebody off. */
  REFUSED(Level.INFO),
  /** A session ended. */
  SESSION_ENDED(Level.INFO),
  /** An instance was woken. */
  WOKEN(Level.INFO),
  /** An instance did not wake. */
  WAKE_FAILED(Level.WARNING),
  /** The log could not be written as fast as there was something to write. */
  LINES_LOST(Level.WARNING),
  /** The directory could not be told how an instance is used; it is tried again. */
  REPORT_FAILED(Level.WARNING),
  /** A defect of ours, or of the machine. */
  INTERNAL(Level.ERROR);

  private final Level level;

  LogEvent(Level level) {
    this.level = level;
  }

  Level level() {
    return level;
  }

  /** Whether anybody can make it happen, as often as he likes. */
  boolean isCausedByStrangers() {
    return switch (this) {
      case LOGIN_FAILED, REFUSED, INTERNAL -> true;
      case STARTED,
          DRAINING,
          STOPPED,
          RELOADED,
          RELOAD_FAILED,
          LOGIN,
          SESSION_ENDED,
          WOKEN,
          WAKE_FAILED,
          REPORT_FAILED,
          LINES_LOST ->
          false;
    };
  }

  String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
