package io.taidon.runner;

import io.taidon.core.segment.PodResult;
import io.taidon.core.segment.SegmentRequest;
import io.taidon.core.segment.SegmentText;
import io.taidon.engine.postgres.TestClusters;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A pod's directories, and its containers run one after the other in this process. */
public final class Pod {
  public final PodPlaces places;
  private final Path request;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream log = new ByteArrayOutputStream();

  public Pod() throws IOException {
    Path root = TestClusters.directory();
    request = root.resolve("request");
    places =
        new PodPlaces(
            root.resolve("source"),
            root.resolve("credentials"),
            root.resolve("workspace"),
            root.resolve("state"),
            root.resolve("tmp"),
            root.resolve("result"),
            TestClusters.home(17).directory(),
            root.resolve("memory"));
    for (Path made :
        List.of(
            places.source(),
            places.credentials(),
            places.workspace(),
            places.state(),
            places.scratch())) {
      Files.createDirectory(made);
    }
  }

  public int run(String command, Map<String, String> environment) {
    out.reset();
    return new RunnerMain(
            environment,
            places,
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(log, true, StandardCharsets.UTF_8))
        .run(List.of(command));
  }

  /** Runs a container that reads a request. */
  public int run(String command, SegmentRequest asked) throws IOException {
    Files.writeString(request, SegmentText.of(asked));
    return run(command, Map.of("TAIDON_REQUEST", request.toString()));
  }

  /** Brings the files of a directory. */
  public Pod with(Path directory, String below) throws IOException, InterruptedException {
    Files.createDirectories(places.source().resolve(below).getParent());
    TestClusters.copy(directory, places.source().resolve(below));
    if (run("fetch", new HashMap<>(Map.of("TAIDON_SOURCE", "directory"))) != 0) {
      throw new IOException(log());
    }
    return this;
  }

  public PodResult result() throws IOException {
    return SegmentText.result(Files.readString(places.result()));
  }

  public byte[] out() {
    return out.toByteArray();
  }

  public String log() {
    return log.toString(StandardCharsets.UTF_8);
  }
}
