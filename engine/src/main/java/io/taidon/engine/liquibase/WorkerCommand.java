package io.taidon.engine.liquibase;

import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * How a worker process is started.
 *
 * @param java the program
 * @param classPath jars and directories that hold this engine, Liquibase, the PostgreSQL driver and
 *     what they need
 * @param maxHeapMegabytes a worker that needs more ends with an error
 */
public record WorkerCommand(Path java, List<Path> classPath, int maxHeapMegabytes) {
  /** By its name, so that the server does not load it. */
  static final String MAIN_CLASS = "io.taidon.engine.liquibase.worker.LiquibaseWorker";

  private static final int DEFAULT_MAX_HEAP_MEGABYTES = 512;

  public WorkerCommand {
    classPath = List.copyOf(classPath);
  }

  /** With this process's Java and class path. */
  public static WorkerCommand ofThisProcess() {
    List<Path> entries = new ArrayList<>();
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
      entries.add(Path.of(entry).toAbsolutePath());
    }
    return new WorkerCommand(thisJava(), entries, DEFAULT_MAX_HEAP_MEGABYTES);
  }

  private static Path thisJava() {
    return Path.of(System.getProperty("java.home"), "bin", "java");
  }

  /**
   * @param extensions jars that come last on the class path
   */
  List<String> words(List<Path> extensions) {
    List<String> entries = new ArrayList<>();
    classPath.forEach(entry -> entries.add(entry.toString()));
    extensions.forEach(jar -> entries.add(jar.toString()));
    return List.of(
        java.toString(),
        "-Xmx" + maxHeapMegabytes + "m",
        "-XX:TieredStopAtLevel=1",
        "-XX:+UseSerialGC",
        "-XX:+ExitOnOutOfMemoryError",
        "-XX:-UsePerfData",
        "-Xshare:auto",
        "-Djava.awt.headless=true",
        "-Dfile.encoding=UTF-8",
        "-Duser.timezone=UTC",
        "-Duser.language=en",
        "-Duser.country=US",
        "-Dliquibase.analytics.enabled=false",
        "-Dliquibase.secureParsing=true",
        "-cp",
        String.join(File.pathSeparator, entries),
        MAIN_CLASS);
  }
}
