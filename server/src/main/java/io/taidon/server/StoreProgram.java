package io.taidon.server;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import io.taidon.engine.volume.StoreVolume;
import io.taidon.engine.volume.VolumeKind;
import io.taidon.engine.volume.VolumeMaker;
import io.taidon.engine.volume.VolumeOrder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What the server's program does for a store before a server can be in it: {@code store-init} makes
 * its volume, {@code store-mount} mounts it. For {@code sqlrs}, which knows nothing of file
 * systems. One line of JSON on success; failures as {@link io.taidon.server.life.StartFailure} says
 * them.
 */
final class StoreProgram {
  private static final String NONE = "-";

  private StoreProgram() {}

  /** Whether the arguments ask for it rather than for a server. */
  static boolean isMeant(String... args) {
    return args.length > 0 && (args[0].equals("store-init") || args[0].equals("store-mount"));
  }

  /**
   * {@code store-mount ROOT}, or {@code store-init ROOT KIND SOURCE BYTES BACKEND REFORMAT}, where
   * {@code -} is no source and no size.
   *
   * @return what was done, as JSON
   */
  static String run(String... args) {
    return switch (List.of(args)) {
      case List<String> l when l.size() == 2 && l.getFirst().equals("store-mount") -> {
        StoreVolume.requireMounted(path(l.get(1)));
        yield answer("mounted", path(l.get(1)));
      }
      case List<String> l when l.size() == 7 && l.getFirst().equals("store-init") -> {
        VolumeOrder order = order(l);
        String outcome = VolumeMaker.make(order).name().toLowerCase(Locale.ROOT);
        yield answer(outcome, order.root());
      }
      default -> throw invalid("Wrong arguments for the store's program.");
    };
  }

  private static VolumeOrder order(List<String> args) {
    return new VolumeOrder(
        VolumeKind.ofWireName(args.get(2))
            .orElseThrow(() -> invalid("There is no kind of store '" + args.get(2) + "'.")),
        path(args.get(1)),
        given(args.get(3)).map(StoreProgram::path),
        given(args.get(4)).map(Long::valueOf),
        args.get(5),
        Boolean.parseBoolean(args.get(6)));
  }

  private static Optional<String> given(String argument) {
    return argument.equals(NONE) ? Optional.empty() : Optional.of(argument);
  }

  private static Path path(String text) {
    return Path.of(text).toAbsolutePath().normalize();
  }

  private static String answer(String outcome, Path root) {
    try {
      StoreVolume.View view = StoreVolume.view(root);
      ObjectNode json =
          new ObjectMapper()
              .createObjectNode()
              .put("outcome", outcome)
              .put("store", root.toString())
              .put("kind", view.kind().wireName())
              .put("source", view.source().toString())
              .put("file_system", view.fileSystem());
      return json.toString();
    } catch (IOException e) {
      throw TaidonException.of(
          ErrorCode.STORE_UNUSABLE, "The store " + root + " cannot be looked at.", e);
    }
  }

  private static TaidonException invalid(String sentence) {
    return TaidonException.of(ErrorCode.INVALID_ARGUMENT, sentence);
  }
}
