package io.taidon.runner.source;

import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import java.util.Map;
import java.util.Optional;

/** Where sources come from, as the environment of the container says. */
public sealed interface SourceOrder {
  /** There are none. */
  record None() implements SourceOrder {}

  /** A mounted directory. */
  record Directory() implements SourceOrder {}

  /** A mounted ConfigMap, where {@code __} in a key is a slash. */
  record ConfigMap() implements SourceOrder {}

  /**
   * A git repository.
   *
   * @param ref a branch, tag or full commit; empty for the default branch
   */
  record Git(String url, Optional<String> ref) implements SourceOrder {}

  /**
   * An archive over HTTP.
   *
   * @param sha256 what it must have, in hexadecimal
   */
  record Archive(String url, String sha256) implements SourceOrder {}

  /**
   * Reads the environment.
   *
   * @throws TaidonException INVALID_ARGUMENT for what it cannot mean
   */
  static SourceOrder of(Map<String, String> environment) {
    String kind = environment.getOrDefault("TAIDON_SOURCE", "none");
    return switch (kind) {
      case "none" -> new None();
      case "directory" -> new Directory();
      case "configmap" -> new ConfigMap();
      case "git" ->
          new Git(
              require(environment, "TAIDON_GIT_URL"),
              Optional.ofNullable(environment.get("TAIDON_GIT_REF")));
      case "archive" ->
          new Archive(
              require(environment, "TAIDON_ARCHIVE_URL"),
              require(environment, "TAIDON_ARCHIVE_SHA256"));
      default ->
          throw TaidonException.of(
              ErrorCode.INVALID_ARGUMENT, "There is no kind of source `" + kind + "`.");
    };
  }

  private static String require(Map<String, String> environment, String name) {
    return Optional.ofNullable(environment.get(name))
        .filter(value -> !value.isEmpty())
        .orElseThrow(() ->
            TaidonException.of(
                ErrorCode.INVALID_ARGUMENT, "The variable " + name + " is not set."));
  }
}
