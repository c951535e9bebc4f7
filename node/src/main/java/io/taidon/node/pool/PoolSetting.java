package io.taidon.node.pool;

import io.taidon.engine.snapshot.BackendKind;
import io.taidon.node.name.Refusals;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A pool as the settings name it: {@code class=/directory} or {@code class=/directory:backend}. */
public record PoolSetting(String stateClass, Path directory, Optional<BackendKind> backend) {
  private static final Pattern FORM =
      Pattern.compile("([a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?)=(/[^:,]+)(?::([a-z]+))?");

  /** Reads a list separated by commas. */
  public static List<PoolSetting> parse(String text) {
    List<PoolSetting> settings = Arrays.stream(text.split(",", -1)).map(PoolSetting::one).toList();
    Set<String> classes = new HashSet<>();
    Set<Path> directories = new HashSet<>();
    for (PoolSetting setting : settings) {
      if (!classes.add(setting.stateClass()) || !directories.add(setting.directory())) {
        throw Refusals.invalid("Two pools have the same class or directory: " + text + ".");
      }
    }
    return settings;
  }

  private static PoolSetting one(String text) {
    Matcher matcher = FORM.matcher(text.strip());
    if (!matcher.matches()) {
      throw Refusals.invalid(
          Refusals.shown(text) + " is not a pool: write class=/directory or class=/dir:backend.");
    }
    Optional<BackendKind> backend =
        Optional.ofNullable(matcher.group(3))
            .map(name ->
                BackendKind.ofWireName(name)
                    .orElseThrow(() ->
                        Refusals.invalid(Refusals.shown(name) + " is not a snapshot backend.")));
    return new PoolSetting(
        matcher.group(1), Path.of(matcher.group(2)).toAbsolutePath().normalize(), backend);
  }
}
