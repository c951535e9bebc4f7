package io.taidon.engine.postgres;

import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads server versions, which have been {@code MAJOR.MINOR} since PostgreSQL 10. */
final class PostgresVersion {
  private static final Pattern ANSWER =
      Pattern.compile("\\(PostgreSQL\\) (\\d+(?:\\.\\d+)*(?:devel|(?:alpha|beta|rc)\\d+)?)");
  private static final Pattern LEADING_DIGITS = Pattern.compile("\\d+");
  private static final int MAX_ANSWER_BYTES = 4096;
  private static final int DEADLINE_SECONDS = 20;

  private PostgresVersion() {}

  static int major(String version) {
    Matcher digits = LEADING_DIGITS.matcher(version);
    if (!digits.lookingAt()) {
      throw new IllegalArgumentException("not a PostgreSQL version: " + version);
    }
    return Integer.parseInt(digits.group());
  }

  /** Asks the program itself; {@code --version} is answered for root too. */
  static String ask(Path postgres) {
    try {
      ProcessBuilder builder = new ProcessBuilder(postgres.toString(), "--version");
      builder.redirectErrorStream(true);
      ServerEnvironment.apply(builder);
      Process process = builder.start();
      try {
        process.getOutputStream().close();
        String answer =
            new String(
                process.getInputStream().readNBytes(MAX_ANSWER_BYTES), StandardCharsets.UTF_8);
        Matcher matcher = ANSWER.matcher(answer);
        if (process.waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS)
            && process.exitValue() == 0
            && matcher.find()) {
          return matcher.group(1);
        }
        throw notRunnable(postgres).with("output", answer.strip());
      } finally {
        process.destroyForcibly();
      }
    } catch (IOException e) {
      throw notRunnable(postgres).with("cause", String.valueOf(e.getMessage()));
    } catch (InterruptedException e) {
      throw Interruption.cancelled(e);
    }
  }

  private static TaidonException notRunnable(Path postgres) {
    return TaidonException.of(
            ErrorCode.POSTGRES_NOT_FOUND,
            "The PostgreSQL server at " + postgres + " does not run on this machine.")
        .remedy("Point --dbms-home at a server built for this machine.");
  }
}
