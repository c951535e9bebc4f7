package io.taidon.engine.snapshot.zfs;

import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import io.taidon.engine.snapshot.BackendKind;
import io.taidon.engine.snapshot.Capabilities;
import io.taidon.engine.snapshot.SnapshotBackend;
import io.taidon.engine.snapshot.SnapshotFailures;
import io.taidon.engine.snapshot.SnapshotOperation;
import io.taidon.engine.snapshot.Usage;
import io.taidon.engine.snapshot.linux.Descriptor;
import io.taidon.engine.snapshot.linux.Durability;
import io.taidon.engine.snapshot.linux.Errno;
import io.taidon.engine.snapshot.linux.Names;
import io.taidon.engine.snapshot.linux.SystemCallException;
import io.taidon.engine.snapshot.linux.SystemCalls;
import io.taidon.engine.snapshot.tree.LinuxTrees;
import io.taidon.engine.snapshot.tree.Place;
import io.taidon.engine.snapshot.tree.StagingName;
import io.taidon.engine.snapshot.zfs.ZfsException.Meaning;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * Makes each cluster directory a ZFS dataset that is mounted there: a clone is one command,
 * whatever it holds, and a state is read-only. The package says how, and what a crash leaves.
 *
 * <p>A directory appears empty for the moment in which ZFS mounts its dataset; no cluster is ever
 * half there. Needs root on Linux.
 */
public final class ZfsBackend implements SnapshotBackend {
  private static final System.Logger LOG = System.getLogger(ZfsBackend.class.getName());
  private static final int PRIVATE_MODE = 0700;

  /** Deletes and measures what is inside datasets; it never copies. */
  private final LinuxTrees trees =
      new LinuxTrees(
          calls -> {
            throw new UnsupportedOperationException("zfs copies no files");
          },
          false);

  /**
   * Why a store cannot be on ZFS, in one sentence; empty when trying it out is worth while.
   *
   * @param directory a directory of the store, or its root
   */
  public static Optional<String> obstacle(Path directory) {
    try {
      Path real = directory.toRealPath();
      Optional<Path> mountPoint = ZfsStore.holding(real).map(ZfsStore::mountPoint);
      if (mountPoint.isEmpty()) {
        return Optional.of("The directory is not on ZFS.");
      }
      if (ZfsCommand.program().isEmpty()) {
        return Optional.of("There is no zfs command on this machine.");
      }
      Path at = mountPoint.get();
      return at.equals(real) || at.equals(real.getParent())
          ? Optional.empty()
          : Optional.of(
              "The store has no dataset of its own: its directory is in the one mounted at "
                  + at
                  + ".");
    } catch (IOException e) {
      return Optional.of("The table of mounts cannot be read: " + e.getMessage() + ".");
    }
  }

  /**
   * Makes a store show what it holds, after a crash or a reboot: mounts its datasets that are not
   * mounted, and destroys those that were being deleted. Does nothing where that is not on ZFS, and
   * logs what does not work. May run while others work on the store.
   */
  public static void settle(Path directory) {
    try {
      Optional<ZfsStore> store = ZfsStore.holding(directory.toRealPath());
      if (store.isPresent() && ZfsCommand.program().isPresent()) {
        store.get().settle();
      }
    } catch (IOException e) {
      LOG.log(Level.WARNING, "the datasets of {0} are left as they are: {1}", directory, e);
    }
  }

  /** Whether a directory is a dataset that this backend made. */
  public static boolean made(Path directory) {
    try {
      Path real = directory.toRealPath(LinkOption.NOFOLLOW_LINKS);
      Path parent = real.getParent();
      Optional<ZfsStore> store = parent == null ? Optional.empty() : ZfsStore.holding(parent);
      return store.isPresent() && store.get().at(real).isPresent();
    } catch (IOException e) {
      return false;
    }
  }

  @Override
  public BackendKind kind() {
    return BackendKind.ZFS;
  }

  @Override
  public Capabilities capabilities() {
    return new Capabilities(true, true, true, true, true, true);
  }

  @Override
  public void create(Path directory) {
    run(
        SnapshotOperation.CREATE,
        directory,
        directory,
        () -> {
          Located to = Located.of(directory);
          Path staged = to.path().resolveSibling(StagingName.next());
          into(
              to,
              () -> {
                String dataset = to.store().create(staged);
                try {
                  Files.setAttribute(staged, "unix:mode", PRIVATE_MODE);
                  to.store().move(dataset, to.path());
                } catch (IOException e) {
                  to.store().destroy(dataset);
                  throw e;
                } finally {
                  Files.deleteIfExists(staged);
                }
              });
        });
  }

  @Override
  public void clone(Path state, Path target) {
    run(
        SnapshotOperation.CLONE,
        state,
        target,
        () -> {
          String source = source(state);
          Located to = Located.of(target);
          into(to, () -> to.store().cloneState(source, to.path()));
        });
  }

  @Override
  public void snapshot(Path source, Path target) {
    run(
        SnapshotOperation.SNAPSHOT,
        source,
        target,
        () -> {
          String dataset = source(source);
          Located to = Located.of(target);
          into(to, () -> to.store().keep(dataset, to.path()));
        });
  }

  @Override
  public void seal(Path source, Path target) {
    run(
        SnapshotOperation.SEAL,
        source,
        target,
        () -> {
          String dataset = source(source);
          Located from = Located.of(source);
          Located to = Located.of(target);
          into(to, () -> seal(dataset, from, to));
          trees.delete(source);
        });
  }

  /** Read-only first: a state must not show while it is writable. */
  private static void seal(String dataset, Located from, Located to) throws ZfsException {
    ZfsStore store = to.store();
    store.setReadOnly(dataset, true);
    try {
      store.move(dataset, to.path());
    } catch (ZfsException e) {
      try {
        store.move(dataset, from.path());
        store.setReadOnly(dataset, false);
      } catch (ZfsException again) {
        e.addSuppressed(again);
      }
      throw e;
    }
  }

  @Override
  public void delete(Path directory) {
    run(
        SnapshotOperation.DELETE,
        directory,
        directory,
        () -> {
          if (Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS) && isOnZfs(directory)) {
            deleteDatasets(directory);
          }
          trees.delete(directory);
        });
  }

  /** A directory of a store that was elsewhere before has no datasets. */
  private static boolean isOnZfs(Path directory) throws IOException {
    return ZfsStore.holding(directory.toRealPath()).isPresent();
  }

  private static void deleteDatasets(Path directory) throws IOException {
    Located place = Located.of(directory);
    List<String> mounted = place.store().within(place.path());
    for (String dataset : mounted) {
      place.store().destroy(dataset);
    }
    if (mounted.isEmpty() && isEmpty(place.path())) {
      Optional<String> unmounted = place.store().unmountedAt(place.path());
      if (unmounted.isPresent()) {
        place.store().destroy(unmounted.get());
      }
    }
  }

  @Override
  public Usage usage(Path directory) {
    Usage tree = trees.usage(directory);
    OptionalLong[] exclusive = {tree.exclusiveBytes()};
    run(
        SnapshotOperation.MEASURE,
        directory,
        directory,
        () -> {
          Located place = Located.of(directory);
          Optional<String> dataset = place.store().at(place.path());
          if (dataset.isPresent()) {
            exclusive[0] = place.store().exclusiveBytes(dataset.get());
          }
        });
    return new Usage(tree.logicalBytes(), exclusive[0], tree.files());
  }

  /**
   * What ZFS accounts to the dataset, which is a partition of all that the pool holds. It counts
   * what is written by a transaction group, so that one is awaited first.
   */
  @Override
  public long ownBytes(Path directory, Optional<Path> origin) {
    long[] own = {0};
    run(
        SnapshotOperation.MEASURE,
        directory,
        directory,
        () -> {
          Located place = Located.of(directory);
          Optional<String> dataset = place.store().at(place.path());
          if (dataset.isPresent()) {
            boolean unused = Durability.syncFileSystem(directory);
            own[0] = DatasetSpace.of(dataset.get()).used();
          } else {
            own[0] = trees.ownBytes(directory, Optional.empty());
          }
        });
    return own[0];
  }

  @Override
  public Map<String, Long> accounts(Path parent) {
    Map<String, Long> accounts = new HashMap<>();
    run(
        SnapshotOperation.MEASURE,
        parent,
        parent,
        () -> {
          boolean unused = Durability.syncFileSystem(parent);
          Path real = parent.toRealPath();
          Optional<ZfsStore> store = ZfsStore.holding(real);
          if (store.isPresent()) {
            store
                .get()
                .accounts(real)
                .forEach((at, bytes) -> accounts.put(at.getFileName().toString(), bytes));
          }
        });
    return accounts;
  }

  @Override
  public void sweep(Path parent) {
    run(
        SnapshotOperation.SWEEP,
        parent,
        parent,
        () -> {
          for (Path entry : list(parent)) {
            if (StagingName.matches(Names.bytes(entry.getFileName()))) {
              delete(entry);
            }
          }
          ZfsStore store = Located.of(parent.resolve("any")).store();
          store.settle();
          store.dropSources();
        });
  }

  /** A path whose parent is a real directory of a store on ZFS, no link. */
  private record Located(ZfsStore store, Path path) {
    static Located of(Path path) throws IOException {
      Place place = Place.of(path);
      try (SystemCalls calls = SystemCalls.open();
          Descriptor _ = place.openParent(calls)) {
        Path parent = place.parent().toRealPath();
        ZfsStore store =
            ZfsStore.holding(parent).orElseThrow(() -> new IOException(parent + " is not on ZFS"));
        return new Located(store, parent.resolve(path.getFileName()));
      }
    }
  }

  /** The dataset that an existing cluster directory is. */
  private static String source(Path directory) throws IOException {
    Located place = Located.of(directory);
    Files.readAttributes(directory, "unix:mode", LinkOption.NOFOLLOW_LINKS);
    return place
        .store()
        .at(place.path())
        .orElseThrow(() -> new IOException("it is no mounted dataset of this store"));
  }

  /**
   * Runs what fills a path where nothing is. The directory that a dataset is mounted on also keeps
   * others from the name.
   */
  private static void into(Located to, Action action) throws IOException {
    Files.createDirectory(to.path());
    boolean done = false;
    try {
      action.run();
      done = true;
    } finally {
      if (!done) {
        Files.deleteIfExists(to.path());
      }
    }
  }

  private static boolean isEmpty(Path directory) throws IOException {
    return list(directory).isEmpty();
  }

  private static List<Path> list(Path directory) throws IOException {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.toList();
    }
  }

  /** A part of an operation. */
  private interface Action {
    void run() throws IOException;
  }

  private static void run(SnapshotOperation operation, Path path, Path changed, Action action) {
    try {
      action.run();
    } catch (NoSuchFileException e) {
      throw failure(
          operation, path, changed, new SystemCallException("open", e.getFile(), Errno.ENOENT));
    } catch (IOException e) {
      throw failure(operation, path, changed, e);
    }
  }

  private static RuntimeException failure(
      SnapshotOperation operation, Path path, Path changed, IOException cause) {
    if (cause instanceof ZfsException e && e.means(Meaning.NO_SERVICE)) {
      return TaidonException.of(
              ErrorCode.BACKEND_UNAVAILABLE,
              operation.phrase() + " " + path + " failed: ZFS does not answer, " + reason(e) + ".",
              e)
          .with("backend", BackendKind.ZFS.wireName())
          .with("path", path.toString())
          .remedy(
              "Load the ZFS module (modprobe zfs) or start the zfs-fuse daemon, and run sqlrs as"
                  + " root.");
    }
    IOException clearer =
        cause instanceof ZfsException e && e.means(Meaning.NO_SPACE)
            ? new SystemCallException(e.command(), changed.toString(), Errno.ENOSPC)
            : cause;
    Path parent = changed.toAbsolutePath().getParent();
    return SnapshotFailures.of(
        operation, path, parent == null ? changed : parent, clearer, OptionalLong.empty());
  }

  private static String reason(ZfsException e) {
    String message = String.valueOf(e.getMessage());
    return message.endsWith(".") ? message.substring(0, message.length() - 1) : message;
  }
}
