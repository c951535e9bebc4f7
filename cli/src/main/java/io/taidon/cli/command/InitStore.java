package io.taidon.cli.command;

import io.taidon.cli.CliException;
import io.taidon.cli.ExitCodes;
import io.taidon.cli.client.Json;
import io.taidon.cli.server.StoreVolume;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The store that {@code init} is asked for.
 *
 * @param root the store's directory, at which an image or device is mounted
 */
record InitStore(Path root, StoreVolume.Wish wish) {
  private static final List<String> KINDS = List.of("dir", "image", "device");
  private static final Pattern SIZE = Pattern.compile("(\\d{1,6})(MB|GB|TB)");

  /** What the options say; empty where no store is asked for. */
  static Optional<InitStore> of(Arguments arguments, Session session) {
    Optional<String> kind = arguments.value("--store");
    if (kind.isEmpty()) {
      for (String option : List.of("--store-size", "--reinit")) {
        if (arguments.flag(option)) {
          throw usage(option + " needs --store.", "Write `--store image` or `--store device`.");
        }
      }
      if (arguments.positional(0).isPresent()) {
        throw usage(
            "'" + arguments.positional(0).get() + "' is of no use to init.",
            "Write `--store dir PATH`, or `--workspace DIR`.");
      }
      return Optional.empty();
    }
    return Optional.of(ofKind(kind.get(), arguments, session));
  }

  private static InitStore ofKind(String kind, Arguments arguments, Session session) {
    if (!KINDS.contains(kind)) {
      throw usage(
          "There is no kind of store '" + kind + "'.",
          "Write " + String.join(", ", KINDS) + "; a directory is `--store dir PATH`.");
    }
    Optional<Path> path =
        arguments.positional(0).map(text -> session.cwd().resolve(text).normalize());
    Optional<Long> bytes = arguments.value("--store-size").map(InitStore::bytes);
    if (bytes.isPresent() && !kind.equals("image")) {
      throw usage("Only an image has a --store-size.", "Leave it out.");
    }
    if (arguments.flag("--reinit") && !kind.equals("device")) {
      throw usage("Only a device has --reinit.", "Leave it out.");
    }
    if (kind.equals("device") && path.isEmpty()) {
      throw usage("A store on a device needs its path.", "Write `--store device /dev/...`.");
    }
    String backend =
        arguments
            .value("--snapshot")
            .orElseGet(() -> session.config().get("snapshot.backend").orElse("auto"));
    boolean isDirectory = kind.equals("dir");
    return new InitStore(
        isDirectory ? path.orElseGet(session::store) : session.store(),
        new StoreVolume.Wish(
            kind,
            isDirectory ? Optional.empty() : path,
            bytes,
            backend,
            arguments.flag("--reinit")));
  }

  private static long bytes(String text) {
    Matcher size = SIZE.matcher(text);
    if (!size.matches()) {
      throw usage("'" + text + "' is no size.", "Write a number with MB, GB or TB, such as 20GB.");
    }
    long unit =
        switch (size.group(2)) {
          case "MB" -> 1_000_000L;
          case "GB" -> 1_000_000_000L;
          default -> 1_000_000_000_000L;
        };
    return Long.parseLong(size.group(1)) * unit;
  }

  /** What the workspace remembers of it. */
  Map<String, String> configuration() {
    return Map.of("engine.storePath", root.toString());
  }

  /** Makes it. A plain directory is made by the server when it starts. */
  void make(Session session) {
    if (wish.kind().equals("dir") && !isMountPoint()) {
      return;
    }
    Json made = StoreVolume.init(session.serverSettings().withStore(root), wish);
    session.note(
        made.string("outcome")
            + " store "
            + root
            + ": "
            + made.string("kind")
            + ", "
            + made.string("file_system")
            + " in "
            + made.string("source"));
  }

  private boolean isMountPoint() {
    try {
      Path parent = root.getParent();
      return parent != null
          && Files.isDirectory(root)
          && !Objects.equals(
              Files.getAttribute(root, "unix:dev"), Files.getAttribute(parent, "unix:dev"));
    } catch (IOException | UnsupportedOperationException e) {
      return false;
    }
  }

  private static CliException usage(String sentence, String remedy) {
    return CliException.usage(sentence).remedy(remedy).exitCode(ExitCodes.INIT_USAGE);
  }
}
