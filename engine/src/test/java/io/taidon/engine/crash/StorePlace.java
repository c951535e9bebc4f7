package io.taidon.engine.crash;

import io.taidon.engine.snapshot.BackendKind;
import io.taidon.engine.snapshot.LoopFileSystem;
import io.taidon.engine.snapshot.ZfsPool;
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
  /**
   * How much at once.
   *
   * @param batch scenarios that die together: what they have on disk and running at the same time
   * @param threads scenarios that go on at the same time
   */
  record Pace(int batch, int threads) {
    static final Pace USUAL = new Pace(20, 4);

    /** zfs-fuse, where a command takes as long as a whole clone elsewhere. */
    static final Pace SLOW = new Pace(6, 2);
  }

  /** Makes a place; skips the test, with the reason, where this machine cannot have one. */
  record Kind(BackendKind backend, Pace pace, Maker maker) {
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
          new Kind(BackendKind.COPY, Pace.USUAL, StorePlace::plain),
          new Kind(BackendKind.OVERLAY, Pace.USUAL, StorePlace::plain),
          new Kind(BackendKind.REFLINK, Pace.USUAL, StorePlace.loop(LoopFileSystem.Type.XFS)),
          new Kind(BackendKind.BTRFS, Pace.USUAL, StorePlace.loop(LoopFileSystem.Type.BTRFS)),
          new Kind(BackendKind.ZFS, Pace.SLOW, StorePlace::pool));

  private static final int LOOP_MEGABYTES = 8192;

  private final BackendKind backend;
  private final Path root;
  private final AutoCloseable fileSystem;

  private final Stores stores;

  private StorePlace(BackendKind backend, Path root, AutoCloseable fileSystem) {
    this(backend, root, fileSystem, Stores.PLAIN);
  }

  private StorePlace(BackendKind backend, Path root, AutoCloseable fileSystem, Stores stores) {
    this.backend = backend;
    this.root = root;
    this.fileSystem = fileSystem;
    this.stores = stores;
  }

  /** Makes what a store needs before there is one, and deletes it when there was one. */
  private interface Stores {
    Stores PLAIN =
        new Stores() {
          @Override
          public void make(Path store) {}

          @Override
          public void delete(Path directory) throws IOException {
            Trees.delete(directory);
          }
        };

    void make(Path store) throws IOException;

    void delete(Path directory) throws IOException;
  }

  /** Makes what a store at this path needs. */
  void makeStore(Path store) throws IOException {
    stores.make(store);
  }

  /** Deletes a directory with the store in it. */
  void delete(Path directory) throws IOException {
    stores.delete(directory);
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

  /** A pool in which each store is a dataset. */
  private static StorePlace pool(BackendKind backend) {
    ZfsPool pool = ZfsPool.create(LOOP_MEGABYTES);
    return new StorePlace(
        backend,
        pool.root(),
        pool,
        new Stores() {
          @Override
          public void make(Path store) {
            LoopFileSystem.run(
                "zfs",
                "create",
                "-o",
                "mountpoint=" + store,
                pool.name() + "/" + store.getParent().getFileName());
          }

          /** They go with their pool: one by one takes long. */
          @Override
          public void delete(Path directory) {}
        });
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
      delete(root.resolve(name));
    }
    fileSystem.close();
  }
}
