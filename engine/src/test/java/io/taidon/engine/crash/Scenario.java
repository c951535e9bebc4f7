package io.taidon.engine.crash;

import io.taidon.engine.fault.FaultPoint;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * One death of an engine.
 *
 * @param directory its own; the store is below it
 * @param backend the snapshot backend's name
 * @param home the PostgreSQL of its requests; empty for the one that comes with the product
 * @param workload what the engine does
 * @param point where it dies
 * @param hit the how many-th time, from 1
 */
record Scenario(
    Path directory,
    String backend,
    Optional<Path> home,
    Workload workload,
    FaultPoint point,
    int hit) {

  Path store() {
    return directory.resolve("store");
  }

  Path workspace() {
    return directory.resolve("workspace");
  }

  /** As one line for another process. */
  String line() {
    return String.join(
        "\t",
        directory.toString(),
        backend,
        home.map(Path::toString).orElse(""),
        workload.name(),
        point.name(),
        Integer.toString(hit));
  }

  static Scenario ofLine(String line) {
    List<String> fields = List.of(line.split("\t", -1));
    return new Scenario(
        Path.of(fields.get(0)),
        fields.get(1),
        Optional.of(fields.get(2)).filter(s -> !s.isEmpty()).map(Path::of),
        Workload.valueOf(fields.get(3)),
        FaultPoint.valueOf(fields.get(4)),
        Integer.parseInt(fields.get(5)));
  }

  @Override
  public String toString() {
    return backend + " " + point + (hit == 1 ? "" : "/" + hit) + " in " + workload;
  }
}
