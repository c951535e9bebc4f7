package io.taidon.server.stream;

import io.taidon.engine.JobView.ErrorView;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * One line of a run's answer.
 *
 * @param type {@code start}, {@code stdout}, {@code stderr}, {@code log}, {@code exit} or {@code
 *     error}
 * @param instanceId for {@code start}
 * @param data output as text
 * @param dataBase64 output that is not UTF-8
 * @param message for {@code log}
 * @param exitCode the tool's own, for {@code exit}
 */
public record RunLine(
    String type,
    Optional<String> instanceId,
    Optional<String> data,
    Optional<String> dataBase64,
    Optional<String> message,
    OptionalInt exitCode,
    Optional<ErrorView> error) {

  static RunLine start(String instanceId) {
    return new RunLine(
        "start",
        Optional.of(instanceId),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        OptionalInt.empty(),
        Optional.empty());
  }

  /**
   * @param stream {@code stdout} or {@code stderr}
   */
  static RunLine output(String stream, Utf8Chunks.Chunk chunk) {
    return new RunLine(
        stream,
        Optional.empty(),
        chunk.text(),
        chunk.base64(),
        Optional.empty(),
        OptionalInt.empty(),
        Optional.empty());
  }

  static RunLine log(String message) {
    return new RunLine(
        "log",
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.of(message),
        OptionalInt.empty(),
        Optional.empty());
  }

  static RunLine exit(int exitCode) {
    return new RunLine(
        "exit",
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        OptionalInt.of(exitCode),
        Optional.empty());
  }

  static RunLine error(ErrorView error) {
    return new RunLine(
        "error",
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        OptionalInt.empty(),
        Optional.of(error));
  }
}
