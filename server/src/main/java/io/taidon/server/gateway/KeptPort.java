package io.taidon.server.gateway;

import io.taidon.core.error.TaidonException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.zip.CRC32;

/**
 * The port that a store's gateway has, so that DSNs outlive the server. It is chosen once, by the
 * store's place and what is free, and remembered in the store.
 *
 * <p>Chosen by place, because servers come and go: with one port for all, the store whose server
 * happens to run first would take another store's. The range lies below those that kernels hand out
 * to outgoing connections (RFC 6056; Linux begins at 32768), and instances get those too.
 */
final class KeptPort {
  private static final int LEAST = 20_000;
  private static final int COUNT = 10_000;
  private static final int TRIES = 20;

  private final Path store;
  private final OwnerOnlyFile file;

  /**
   * @param directory where the port is remembered
   */
  KeptPort(Path store, Path directory) {
    this.store = store;
    this.file = new OwnerOnlyFile(directory.resolve("port"));
  }

  /** The ports to try, the best first: the remembered one, then those of the store's place. */
  List<Integer> candidates() {
    List<Integer> ports = new ArrayList<>();
    remembered().ifPresent(ports::add);
    CRC32 place = new CRC32();
    place.update(store.toString().getBytes(StandardCharsets.UTF_8));
    for (int i = 0; i < TRIES; i++) {
      int port = LEAST + (int) ((place.getValue() + i) % COUNT);
      if (!ports.contains(port)) {
        ports.add(port);
      }
    }
    return ports;
  }

  OptionalInt remembered() {
    if (!file.exists()) {
      return OptionalInt.empty();
    }
    try {
      int port = Integer.parseInt(new String(file.read(), StandardCharsets.US_ASCII).strip());
      return port > 0 && port <= 65_535 ? OptionalInt.of(port) : OptionalInt.empty();
    } catch (NumberFormatException | TaidonException e) {
      return OptionalInt.empty();
    }
  }

  /** Keeps the first port there was; one that stands in for it today is not worth keeping. */
  void remember(int port) {
    if (remembered().isEmpty()) {
      file.write((port + "\n").getBytes(StandardCharsets.US_ASCII));
    }
  }
}
