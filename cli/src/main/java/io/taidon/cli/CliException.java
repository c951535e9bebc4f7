package io.taidon.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A failure that is shown to users: a stable code, one plain sentence, details, a remedy where
 * there is one, and what the process exits with.
 */
public final class CliException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** The code of failures to start or reach the server. */
  public static final String SERVER_UNAVAILABLE = "server_unavailable";

  private final String code;
  private final String sentence;
  private final int exitCode;
  private final transient Map<String, String> details;
  private final @Nullable String remedy;

  private CliException(
      String code,
      String sentence,
      int exitCode,
      Map<String, String> details,
      @Nullable String remedy) {
    super(sentence);
    this.code = code;
    this.sentence = sentence;
    this.exitCode = exitCode;
    this.details = details;
    this.remedy = remedy;
  }

  public static CliException of(String code, String sentence) {
    return new CliException(code, sentence, ExitCodes.ofErrorCode(code), Map.of(), null);
  }

  /** The command was used wrongly. */
  public static CliException usage(String sentence) {
    return of("invalid_argument", sentence);
  }

  /** The server does not answer or did not start. */
  public static CliException serverUnavailable(String sentence) {
    return of(SERVER_UNAVAILABLE, sentence);
  }

  /** The same failure with one more detail; details keep their order. */
  public CliException with(String key, String value) {
    Map<String, String> more = new LinkedHashMap<>(details);
    more.put(key, value);
    return new CliException(code, sentence, exitCode, more, remedy);
  }

  public CliException remedy(String whatToDo) {
    return new CliException(code, sentence, exitCode, details, whatToDo);
  }

  public CliException exitCode(int newExitCode) {
    return new CliException(code, sentence, newExitCode, details, remedy);
  }

  public String code() {
    return code;
  }

  public String sentence() {
    return sentence;
  }

  public int exitCode() {
    return exitCode;
  }

  public Map<String, String> details() {
    return details;
  }

  public Optional<String> remedy() {
    return Optional.ofNullable(remedy);
  }
}
