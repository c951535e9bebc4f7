package io.taidon.gateway.directory.kubernetes;

import io.taidon.core.error.TaidonException;
import io.taidon.crds.v1alpha1.DbInstanceStatus.GatewayUse;
import io.taidon.gateway.directory.SessionActivity;
import io.taidon.gateway.log.GatewayLog;
import io.taidon.gateway.log.LogEvent;
import io.taidon.gateway.log.LogKey;
import io.taidon.gateway.log.LogLine;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;

/**
 * Writes this gateway's entry into the status of each instance that is used through it: at once
 * when somebody wants it awake, every few seconds while something changes, a heartbeat while
 * sessions are open, and once when they have ended. Thread-safe; {@link #tick} is to be called
 * about every second.
 */
final class UseReports {
  private final String replica;
  private final Writer writer;
  private final Function<InstanceKey, Optional<GatewayUse>> known;
  private final ApiCalls calls;
  private final GatewayLog log;
  private final InstantSource clock;
  private final Map<InstanceKey, Reported> reported = new ConcurrentHashMap<>();

  /** Puts an entry into a status. Blocks. */
  interface Writer {
    /** False if there is no such instance any more. */
    boolean write(InstanceKey instance, GatewayUse use);
  }

  /** An entry, and who may write it now. */
  private record Reported(UseEntry entry, ReentrantLock writing) {}

  /** Writes for a replica; {@code known} finds the entry that it wrote before it was restarted. */
  UseReports(
      String replica,
      Writer writer,
      Function<InstanceKey, Optional<GatewayUse>> known,
      ApiCalls calls,
      GatewayLog log,
      InstantSource clock) {
    this.replica = replica;
    this.writer = writer;
    this.known = known;
    this.calls = calls;
    this.log = log;
    this.clock = clock;
  }

  void report(InstanceKey instance, SessionActivity activity) {
    Reported of = of(instance);
    of.entry().report(activity.sessions(), activity.lastActivity());
    if (of.entry().claim(clock.instant())) {
      write(instance, of);
    }
  }

  /** Asks for a wake; completes when that is written. */
  CompletableFuture<Void> wake(InstanceKey instance, Instant at) {
    Reported of = of(instance);
    of.entry().wake(at);
    return calls.call(() -> {
      writeNow(instance, of);
      return null;
    });
  }

  void tick() {
    Instant now = clock.instant();
    reported.forEach((instance, of) -> {
      if (of.entry().claim(now)) {
        write(instance, of);
      } else {
        // What is over is recalled from the status when it is needed again.
        reported.computeIfPresent(
            instance, (same, still) -> still.entry().isOver(now) ? null : still);
      }
    });
  }

  void forget(InstanceKey instance) {
    reported.remove(instance);
  }

  /** Writes that no session is open here; completes when all is written, or cannot be. */
  CompletableFuture<Void> end() {
    List<CompletableFuture<Void>> writes = new ArrayList<>();
    reported.forEach((instance, of) -> {
      if (of.entry().end()) {
        writes.add(write(instance, of));
      }
    });
    return CompletableFuture.allOf(writes.toArray(CompletableFuture[]::new));
  }

  private Reported of(InstanceKey instance) {
    return reported.computeIfAbsent(
        instance, key -> new Reported(new UseEntry(known.apply(key)), new ReentrantLock()));
  }

  private CompletableFuture<Void> write(InstanceKey instance, Reported of) {
    return calls
        .<Void>call(() -> {
          writeNow(instance, of);
          return null;
        })
        .exceptionally(failure -> {
          log.write(failed(instance, failure));
          return null;
        });
  }

  /** One write of an entry at a time, so that the last one written is the last one known. */
  private void writeNow(InstanceKey instance, Reported of) {
    of.writing().lock();
    try {
      if (!writer.write(instance, of.entry().write(replica, clock.instant()))) {
        reported.remove(instance, of);
      }
    } catch (RuntimeException e) {
      of.entry().failed();
      throw e;
    } finally {
      of.writing().unlock();
    }
  }

  /** Calls fail with a reason for users, or with a defect. */
  private static LogLine failed(InstanceKey instance, Throwable failure) {
    LogLine line = LogLine.of(LogEvent.REPORT_FAILED).text(LogKey.INSTANCE, instance.id());
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    return cause instanceof TaidonException reason ? line.failure(reason) : line.defect(failure);
  }
}
