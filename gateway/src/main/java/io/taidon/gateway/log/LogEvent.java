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

  String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
