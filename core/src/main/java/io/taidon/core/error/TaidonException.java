package io.taidon.core.error;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A failure that is shown to users: a code, one plain sentence that names the thing and the place,
 * details for machines, and a remedy where there is one. Never holds a secret.
 */
public final class TaidonException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final ErrorCode code;
  private final transient Map<String, String> details;
  private final @Nullable String remedy;

  private TaidonException(
      ErrorCode code,
      String message,
      Map<String, String> details,
      @Nullable String remedy,
      @Nullable Throwable cause) {
    super(message, cause);
    this.code = code;
    this.details = details;
    this.remedy = remedy;
  }

  public static TaidonException of(ErrorCode code, String message) {
    return new TaidonException(code, message, Map.of(), null, null);
  }

  public static TaidonException of(ErrorCode code, String message, Throwable cause) {
    return new TaidonException(code, message, Map.of(), null, cause);
  }

  /** The same failure with one more detail; details keep their order. */
  public TaidonException with(String key, String value) {
    Map<String, String> more = new LinkedHashMap<>(details);
    more.put(key, value);
    return new TaidonException(code, sentence(), more, remedy, getCause());
  }

  /** The same failure with what the user can do about it, as a sentence. */
  public TaidonException remedy(String whatToDo) {
    return new TaidonException(code, sentence(), details, whatToDo, getCause());
  }

  public ErrorCode code() {
    return code;
  }

  /** One plain sentence. */
  public String sentence() {
    String message = getMessage();
    return message == null ? code.wireCode() : message;
  }

  /**
   * The place and other facts: {@code file}, {@code line}, {@code sqlstate}, ... in the order they
   * were added.
   */
  public Map<String, String> details() {
    return details;
  }

  public Optional<String> remedy() {
    return Optional.ofNullable(remedy);
  }
}
