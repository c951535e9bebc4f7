package io.taidon.engine.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordingFile;

/** Notes every process that this JVM starts, however short it lives, until it is closed. */
final class StartedProcesses implements AutoCloseable {
  private static final String EVENT = "jdk.ProcessStart";

  private final Recording recording = new Recording();

  StartedProcesses() {
    recording.enable(EVENT).withoutStackTrace();
    recording.start();
  }

  /** Ends it and gives the command lines. */
  List<String> commands() throws IOException {
    recording.stop();
    Path file = Files.createTempFile("processes", ".jfr");
    try {
      recording.dump(file);
      return RecordingFile.readAllEvents(file).stream()
          .filter(event -> event.getEventType().getName().equals(EVENT))
          .map(event -> event.getString("command"))
          .toList();
    } finally {
      Files.delete(file);
    }
  }

  @Override
  public void close() {
    recording.close();
  }
}
