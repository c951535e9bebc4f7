package io.taidon.node.pool;

import io.taidon.core.state.StateId;
import io.taidon.engine.snapshot.SnapshotBackend;
import io.taidon.engine.snapshot.tree.StagingName;
import io.taidon.node.name.Namespace;
import io.taidon.node.name.StateIds;
import io.taidon.node.name.Uid;
import io.taidon.node.name.VolumeId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * A directory of this node that holds states, and the backend that clones them. Only root enters
 * it. Every path is built from validated names. Thread-safe.
 *
 * <pre>
 * &lt;namespace&gt;/states/&lt;id&gt;             an immutable state
 * &lt;namespace&gt;/instances/&lt;uid&gt;/pgdata   the data of a DbInstance
 * slots/&lt;volume id&gt;/record           whom a volume is for
 * slots/&lt;volume id&gt;/mount            what a build's pod sees: pgdata, seal.sock
 * </pre>
 */
public final class Pool {
  private static final String SLOTS = "slots";
  private static final String STATES = "states";
  private static final String INSTANCES = "instances";

  private final String stateClass;
  private final Path root;
  private final SnapshotBackend backend;
  private final ReadWriteLock work = new ReentrantReadWriteLock();
  private final PoolUsage usage = new PoolUsage(this);

  /** A state's copy. */
  public record StateCopy(Namespace namespace, StateId id) {}

  /** The data of an instance. */
  public record InstanceData(Namespace namespace, Uid uid) {}

  Pool(String stateClass, Path root, SnapshotBackend backend) {
    this.stateClass = stateClass;
    this.root = root;
    this.backend = backend;
  }

  public String stateClass() {
    return stateClass;
  }

  public Path root() {
    return root;
  }

  public SnapshotBackend backend() {
    return backend;
  }

  /** What its states take. */
  public PoolUsage usage() {
    return usage;
  }

  public Path slots() {
    return root.resolve(SLOTS);
  }

  public Path slot(VolumeId volume) {
    return slots().resolve(volume.text());
  }

  public Path states(Namespace namespace) {
    return root.resolve(namespace.text()).resolve(STATES);
  }

  public Path state(Namespace namespace, StateId id) {
    return states(namespace).resolve(id.hex());
  }

  public Path instances(Namespace namespace) {
    return root.resolve(namespace.text()).resolve(INSTANCES);
  }

  public Path instance(Namespace namespace, Uid uid) {
    return instances(namespace).resolve(uid.text());
  }

  public boolean holds(Namespace namespace, StateId id) {
    return isDirectory(state(namespace, id));
  }

  public boolean holds(Namespace namespace, Uid instance) {
    return isDirectory(instance(namespace, instance));
  }

  static boolean isDirectory(Path path) {
    return Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS);
  }

  /** All copies of states. */
  public List<StateCopy> stateCopies() {
    List<StateCopy> copies = new ArrayList<>();
    for (Namespace namespace : namespaces()) {
      names(states(namespace), StateIds::matches)
          .forEach(id -> copies.add(new StateCopy(namespace, new StateId(id))));
    }
    return copies;
  }

  /** The data of all instances. */
  public List<InstanceData> instanceData() {
    List<InstanceData> data = new ArrayList<>();
    for (Namespace namespace : namespaces()) {
      names(instances(namespace), Uid::matches)
          .forEach(uid -> data.add(new InstanceData(namespace, new Uid(uid))));
    }
    return data;
  }

  /** The ids of all slots, also of half-made ones. */
  public List<VolumeId> slotIds() {
    return names(slots(), VolumeId::matches).stream().map(VolumeId::new).toList();
  }

  private List<Namespace> namespaces() {
    return names(root, name -> Namespace.matches(name) && !name.equals(SLOTS)).stream()
        .map(Namespace::new)
        .toList();
  }

  private static List<String> names(Path directory, Predicate<String> wanted) {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.map(e -> e.getFileName().toString()).filter(wanted).sorted().toList();
    } catch (NoSuchFileException | NotDirectoryException e) {
      return List.of();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Makes a directory of the pool that only root may enter, with those above it. */
  public static void makePrivate(Path directory) throws IOException {
    Files.createDirectories(
        directory,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
  }

  /** Does something that makes or removes things, which nothing may tidy up meanwhile. */
  public <T, E extends Exception> T working(Work<T, E> operation) throws E {
    work.readLock().lock();
    try {
      return operation.run();
    } finally {
      work.readLock().unlock();
    }
  }

  /** What is done in a pool. */
  public interface Work<T, E extends Exception> {
    T run() throws E;
  }

  /**
   * Deletes what dead operations left, and directories of namespaces that hold nothing more; does
   * nothing while somebody works here.
   */
  public void tidy() {
    if (!work.writeLock().tryLock()) {
      return;
    }
    try {
      backend.sweep(root);
      backend.sweep(slots());
      for (Namespace namespace : namespaces()) {
        for (Path directory : List.of(states(namespace), instances(namespace))) {
          if (isDirectory(directory)) {
            backend.sweep(directory);
            deleteIfEmpty(directory);
          }
        }
        deleteIfEmpty(root.resolve(namespace.text()));
      }
    } finally {
      work.writeLock().unlock();
    }
  }

  private static void deleteIfEmpty(Path directory) {
    try (Stream<Path> entries = Files.list(directory)) {
      if (entries.findAny().isEmpty()) {
        Files.delete(directory);
      }
    } catch (IOException e) {
      // Somebody else's, or not empty after all: it stays.
    }
  }

  /** A new name beside states, instances or slots that {@link #tidy} deletes. */
  public static Path staged(Path parent) {
    return parent.resolve(StagingName.next());
  }

  /** The size of the file system that the pool is on, and what is free, in bytes. */
  public Space space() throws IOException {
    FileStore store = Files.getFileStore(root);
    return new Space(store.getTotalSpace(), store.getUsableSpace());
  }

  /** Bytes of a file system. */
  public record Space(long totalBytes, long freeBytes) {}
}
