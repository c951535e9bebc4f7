package io.taidon.cli.server;

import io.taidon.cli.CliException;
import io.taidon.cli.client.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The volume of a store that has one of its own: an image or a device. What is done to it is done
 * by the server's program; here is only seen whether it is there, since nothing may be written into
 * an empty mount point.
 */
public final class StoreVolume {
  /** Formatting a large disk takes a while. */
  private static final long PATIENCE_SECONDS = 600;

  private static final String NONE = "-";

  private StoreVolume() {}

  /** What a user asks for; an absent source or size is the default. */
  public record Wish(
      String kind, Optional<Path> source, Optional<Long> bytes, String backend, boolean reinit) {}

  /** Whether the store has a volume that is not mounted, or not made to its end. */
  public static boolean isAbsent(Path store) {
    Path record = store.resolveSibling(store.getFileName() + ".volume.json");
    if (!Files.isRegularFile(record)) {
      return false;
    }
    try {
      Json json = Json.parse(Files.readString(record));
      String marker =
          Files.readString(store.resolve("volume.id"), StandardCharsets.US_ASCII).strip();
      return !json.bool("ready") || !json.string("id").equals(marker);
    } catch (IOException | RuntimeException e) {
      return true; // The server's program says what is wrong with it.
    }
  }

  /** Mounts the volume if it is absent. */
  static void requireMounted(ServerSettings settings) {
    if (isAbsent(settings.store())) {
      run(settings, List.of("store-mount", settings.store().toString()));
    }
  }

  /** Makes the volume unless it is there. */
  public static Json init(ServerSettings settings, Wish wish) {
    return parsed(
        run(
            settings,
            List.of(
                "store-init",
                settings.store().toString(),
                wish.kind(),
                wish.source().map(Path::toString).orElse(NONE),
                wish.bytes().map(String::valueOf).orElse(NONE),
                wish.backend(),
                String.valueOf(wish.reinit()))));
  }

  private static Json parsed(String line) {
    try {
      return Json.parse(line);
    } catch (IOException e) {
      throw CliException.of("internal_error", "The server's program gave no JSON.");
    }
  }

  private static String run(ServerSettings settings, List<String> arguments) {
    List<String> command = new ArrayList<>(ServerProcess.program(settings));
    command.addAll(arguments);
    @Nullable Path said = null;
    try {
      said = Files.createTempFile("sqlrs-volume", ".log");
      Process process =
          new ProcessBuilder(command)
              .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
              .redirectErrorStream(true)
              .redirectOutput(said.toFile())
              .start();
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        process.destroy();
        throw CliException.of("store_unusable", "The store's volume was not made in time.");
      }
      return answer(Files.readAllLines(said), process.exitValue());
    } catch (IOException e) {
      throw CliException.serverUnavailable("The server's program cannot be started.")
          .with("reason", String.valueOf(e));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw CliException.of("cancelled", "It was interrupted; the same command goes on with it.");
    } finally {
      delete(said);
    }
  }

  private static String answer(List<String> lines, int exitCode) {
    for (String line : lines.reversed()) {
      if (exitCode == 0 && line.startsWith("{")) {
        return line;
      }
      Optional<CliException> failure = ServerProcess.errorLine(line);
      if (failure.isPresent()) {
        throw failure.get();
      }
    }
    throw CliException.of("store_unusable", "The store's volume cannot be used.")
        .with("said", String.join("\n", lines));
  }

  private static void delete(@Nullable Path file) {
    try {
      if (file != null) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      // A small file in the directory for such files.
    }
  }
}
