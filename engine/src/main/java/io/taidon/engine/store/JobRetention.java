package io.taidon.engine.store;

import io.taidon.engine.fault.FaultPoint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Removes old jobs: of those with the same kind and signature the newest ended ones stay, and of
 * all as many as fit within count, age and bytes. Touches nothing but the job's own rows and its
 * directory {@code jobs/<job id>}.
 */
public final class JobRetention {
  private final StoreLayout layout;
  private final JobTable jobs;

  public JobRetention(StoreLayout layout, Registry registry) {
    this.layout = layout;
    this.jobs = registry.jobs();
  }

  /**
   * Removes all ended jobs but the newest ones of each signature and those that ended a moment ago,
   * whose clients may still be reading.
   *
   * @param keepPerSignature how many to keep; 0 keeps all
   * @param endedBefore what ended later stays
   * @return what was removed, oldest first
   */
  public List<JobId> apply(int keepPerSignature, Instant endedBefore) {
    List<JobId> removed = new ArrayList<>();
    if (keepPerSignature > 0) {
      for (JobId job : jobs.beyondNewest(keepPerSignature, endedBefore)) {
        // The directory first: a crash in between leaves a row, which is found again.
        deleteFiles(layout.job(job));
        if (jobs.removeEnded(job)) {
          removed.add(job);
        }
      }
    }
    return removed;
  }

  /**
   * How many jobs are kept; zero is no bound, but for the grace.
   *
   * @param perSignature of the same kind and signature
   * @param count in all
   * @param age since their end
   * @param bytes in the registry and on disk, together
   * @param grace how long every job is kept after its end
   */
  public record Limits(int perSignature, int count, Duration age, long bytes, Duration grace) {}

  /**
   * Removes ended jobs until the rest is within the limits, the oldest first.
   *
   * @return what was removed
   */
  public List<JobId> apply(Limits limits, Instant now) {
    List<JobId> removed = new ArrayList<>(apply(limits.perSignature(), now.minus(limits.grace())));
    int count = 0;
    long bytes = 0;
    for (JobTable.Ended job : jobs.endedNewestFirst()) {
      count++;
      bytes += job.bytes() + size(layout.job(job.id()));
      boolean tooMany = limits.count() > 0 && count > limits.count();
      boolean tooLarge = limits.bytes() > 0 && bytes > limits.bytes();
      boolean tooOld = !limits.age().isZero() && job.at().isBefore(now.minus(limits.age()));
      boolean inGrace = job.at().isAfter(now.minus(limits.grace()));
      if ((tooMany || tooLarge || tooOld) && !inGrace) {
        deleteFiles(layout.job(job.id()));
        if (jobs.removeEnded(job.id())) {
          removed.add(job.id());
        }
      }
    }
    return removed;
  }

  /** The bytes of a job's files; what goes meanwhile has none. */
  private static long size(Path directory) {
    if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
      return 0;
    }
    try (Stream<Path> files = Files.walk(directory)) {
      return files
          .filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
          .mapToLong(file -> file.toFile().length())
          .sum();
    } catch (IOException | UncheckedIOException e) {
      return 0;
    }
  }

  /** Removes one job, ended or not; false where there was none. */
  public boolean remove(JobId job) {
    deleteFiles(layout.job(job));
    FaultPoint.JOB_FILES_DELETED.reached();
    return jobs.remove(job);
  }

  /** Deletes a tree of plain files, or one file. Symbolic links are removed, not followed. */
  void deleteFiles(Path directory) {
    if (!Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    try {
      Files.walkFileTree(
          directory,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                throws IOException {
              Files.deleteIfExists(file);
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path left, IOException failure)
                throws IOException {
              if (failure != null) {
                throw failure;
              }
              Files.deleteIfExists(left);
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException e) {
      throw StoreFailure.of(directory, "delete the job's files", e);
    }
  }
}
