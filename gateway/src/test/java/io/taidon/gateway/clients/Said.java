package io.taidon.gateway.clients;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/**
 * What a program came to.
 *
 * @param output of both streams
 */
public record Said(List<String> command, int exitCode, String output) {
  /** Runs it to its end. */
  public static Said of(ProcessBuilder builder) throws IOException, InterruptedException {
    builder.redirectErrorStream(true);
    builder.redirectInput(Path.of("/dev/null").toFile());
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Said(builder.command(), process.waitFor(), output);
  }

  /** Its output, if it ended well. */
  public String requireSuccess() {
    if (exitCode != 0) {
      throw new AssertionError(command + " ended with " + exitCode + " and said:\n" + output);
    }
    return output;
  }
}
