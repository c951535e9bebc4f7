package io.taidon.runner;

import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import io.taidon.core.segment.Manifest;
import io.taidon.core.segment.PodResult;
import io.taidon.core.segment.SegmentRequest;
import io.taidon.core.segment.SegmentText;
import io.taidon.runner.segment.SegmentBuild;
import io.taidon.runner.segment.SegmentPlan;
import io.taidon.runner.source.SourceOrder;
import io.taidon.runner.source.Sources;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** The process in a prepare's containers: {@code fetch}, {@code plan} or {@code build}. */
public final class RunnerMain {
  /** Less than the grace period of the pods, 20 seconds. */
  private static final int STOP_SECONDS = 18;

  private static final int MAX_REQUEST_BYTES = 4 << 20;

  private final Map<String, String> environment;
  private final PodPlaces places;
  private final PrintStream out;
  private final PrintStream log;

  /**
   * @param out gets a plan's manifest and nothing else
   * @param log gets what people may want to read
   */
  public RunnerMain(
      Map<String, String> environment, PodPlaces places, PrintStream out, PrintStream log) {
    this.environment = environment;
    this.places = places;
    this.out = out;
    this.log = log;
  }

  public static void main(String[] args) {
    CountDownLatch ended = new CountDownLatch(1);
    endOnSignal(Thread.currentThread(), ended);
    PrintStream log = System.err;
    if (List.of(args).contains("plan")) {
      // Kubernetes mixes both streams: what libraries have to say must not get into a manifest.
      System.setErr(
          new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8));
    }
    int exitCode;
    try {
      exitCode =
          new RunnerMain(System.getenv(), PodPlaces.IN_POD, System.out, log).run(List.of(args));
    } finally {
      ended.countDown();
    }
    System.exit(exitCode);
  }

  /** SIGTERM interrupts the work, which stops what it started and says that it was cancelled. */
  private static void endOnSignal(Thread work, CountDownLatch ended) {
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  if (ended.getCount() > 0) {
                    work.interrupt();
                  }
                  try {
                    boolean unused = ended.await(STOP_SECONDS, TimeUnit.SECONDS);
                  } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                  }
                },
                "end"));
  }

  /**
   * Does one command and writes how it ended.
   *
   * @return the exit code
   */
  public int run(List<String> args) {
    String command = args.size() == 1 ? args.getFirst() : "";
    return switch (command) {
      case "fetch" -> reported(this::fetch);
      case "plan" -> reported(() -> Optional.of(plan()));
      case "build" -> build();
      default -> {
        log.println("usage: fetch | plan | build");
        yield 2;
      }
    };
  }

  private Optional<PodResult> fetch() throws IOException, InterruptedException {
    SourceOrder order = SourceOrder.of(environment);
    Files.createDirectories(places.files());
    Optional<String> revision =
        Sources.bring(
            order,
            new Sources.Places(
                places.source(), places.credentials(), places.files(), places.scratch()),
            log::println);
    if (revision.isPresent()) {
      Files.writeString(places.revision(), revision.get() + "\n");
    }
    return Optional.empty();
  }

  private PodResult plan() throws IOException, InterruptedException {
    try (SegmentPlan plan = SegmentPlan.read(request(), places)) {
      Manifest manifest = plan.manifest(revision());
      byte[] text = SegmentText.of(manifest).getBytes(StandardCharsets.UTF_8);
      out.write(text);
      out.flush();
      return SegmentPlan.planned(text);
    }
  }

  private int build() {
    SegmentBuild build = new SegmentBuild(places, log::println);
    return reported(
        () -> {
          SegmentRequest request = request();
          return Optional.of(
              build.run(
                  request,
                  request
                      .build()
                      .orElseThrow(() ->
                          TaidonException.of(
                              ErrorCode.INVALID_ARGUMENT,
                              "The request does not say what to build."))));
        },
        build);
  }

  private interface Work {
    Optional<PodResult> run() throws IOException, InterruptedException;
  }

  private int reported(Work work) {
    return reported(work, new Failures());
  }

  private int reported(Work work, Failures failures) {
    try {
      Optional<PodResult> result = work.run();
      if (result.isPresent()) {
        write(result.get());
      }
      return 0;
    } catch (TaidonException e) {
      return failed(failures.of(e));
    } catch (InterruptedException e) {
      return failed(failures.of(TaidonException.of(ErrorCode.CANCELLED, "The pod was stopped.")));
    } catch (IOException e) {
      return failed(failures.of(Failures.ofStorage(e)));
    } catch (UncheckedIOException e) {
      return failed(failures.of(Failures.ofStorage(e)));
    } catch (RuntimeException e) {
      e.printStackTrace(log);
      return failed(
          failures.of(
              TaidonException.of(
                  ErrorCode.INTERNAL_ERROR, "The runner failed; the pod's log says where.")));
    }
  }

  private int failed(PodResult.Failed failed) {
    log.println(
        "error[" + failed.failure().code().wireCode() + "]: " + failed.failure().sentence());
    write(failed);
    return 1;
  }

  /** Not written, the operator takes the pod for lost and tries again. */
  private void write(PodResult result) {
    try {
      Files.writeString(places.result(), SegmentText.of(result));
    } catch (IOException e) {
      log.println("The result cannot be written to " + places.result() + ": " + e.getMessage());
    }
  }

  private SegmentRequest request() throws IOException {
    Path file = Path.of(Optional.ofNullable(environment.get("TAIDON_REQUEST")).orElse(""));
    try {
      if (Files.size(file) > MAX_REQUEST_BYTES) {
        throw new IllegalArgumentException("it is too large");
      }
      return SegmentText.request(Files.readString(file));
    } catch (IllegalArgumentException e) {
      throw TaidonException.of(
          ErrorCode.INVALID_ARGUMENT, "The request cannot be read: " + e.getMessage() + ".", e);
    }
  }

  private Optional<String> revision() throws IOException {
    return Files.exists(places.revision())
        ? Optional.of(Files.readString(places.revision()).strip())
        : Optional.empty();
  }
}
