package io.taidon.engine.crash;

import io.taidon.engine.snapshot.BackendKind;
import io.taidon.engine.snapshot.LoopFileSystem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/**
 * Somewhere that stores of one snapshot backend can be. A backend joins the crash tests by one line
 * in {@link #ALL}.
 */
final class StorePlace implements AutoCloseable {
  /** Makes a place; skips the test, with the reason, where this machine cannot have one. */
  record Kind(BackendKind backend, Maker maker) {
    StorePlace open() throws IOException {
      return maker.make(backend);
    }

    @Override
    public String toString() {
      return backend.wireName();
    }
  }

  interface Maker {
    StorePlace make(BackendKind backend) throws IOException;
  }

  static final List<Kind> ALL =
      List.of(
          new Kind(BackendKind.COPY, StorePlace::plain),
          new Kind(BackendKind.OVERLAY, StorePlace::plain),
          new Kind(BackendKind.REFLINK, StorePlace.loop(LoopFileSystem.Type.XFS)),
          new Kind(BackendKind.BTRFS, StorePlace.loop(LoopFileSystem.Type.BTRFS)));

  private static final int LOOP_MEGABYTES = 8192;

  private final BackendKind backend;
  private final Path root;
  private final AutoCloseable fileSystem;

  private StorePlace(BackendKind backend, Path root, AutoCloseable fileSystem) {
    this.backend = backend;
    this.root = root;
    this.fileSystem = fileSystem;
  }

  BackendKind backend() {
    return backend;
  }

  /** Where stores can be; others may enter. */
  Path root() {
    return root;
  }

  /** A directory of the usual temporary ones. */
  private static StorePlace plain(BackendKind backend) throws IOException {
    Path root = Files.createTempDirectory("taidon-crash-");
    Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwxr-xr-x"));
    return new StorePlace(backend, root, () -> Files.delete(root));
  }

  /** A file system of its own. Its image is sparse; what stores write is all it takes. */
  private static Maker loop(LoopFileSystem.Type type) {
    return backend -> {
      LoopFileSystem fileSystem = LoopFileSystem.create(type, LOOP_MEGABYTES);
      return new StorePlace(backend, fileSystem.root(), fileSystem);
    };
  }

  /** Ends and deletes what a failed test left here, too. */
  @Override
  public void close() throws Exception {
    Processes.all().filter(p -> p.uses(root)).forEach(Processes::kill);
    for (String name : Trees.names(root)) {
      Trees.delete(root.resolve(name));
    }
    fileSystem.close();
  }
}
