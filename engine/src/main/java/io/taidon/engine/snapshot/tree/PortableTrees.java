package io.taidon.engine.snapshot.tree;

import io.taidon.engine.snapshot.SnapshotFailures;
import io.taidon.engine.snapshot.SnapshotOperation;
import io.taidon.engine.snapshot.Usage;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Directory trees by the JDK's own means, where the system calls are unsupported. One thread, holes
 * are filled, exclusive bytes are not known; otherwise the same contract. Nobody else may change
 * the trees meanwhile.
 */
public final class PortableTrees implements DirectoryTrees {
  @Override
  public void create(Path directory) {
    try {
      createPrivate(directory);
    } catch (IOException e) {
      throw failure(SnapshotOperation.CREATE, directory, directory, e, OptionalLong.empty());
    }
  }

  @Override
  public void copy(SnapshotOperation operation, Path source, Path target) {
    Path staged = target.resolveSibling(StagingName.next());
    try {
      requireDirectory(source);
      requireFree(target);
      copyStaged(source, staged, target);
    } catch (InterruptedIOException e) {
      throw SnapshotFailures.cancelled(operation, source);
    } catch (IOException e) {
      throw failure(operation, source, target, e, neededBytes(source));
    }
  }

  private static void copyStaged(Path source, Path staged, Path target) throws IOException {
    boolean done = false;
    try {
      Files.walkFileTree(source, new Copying(source, staged));
      Files.move(staged, target, StandardCopyOption.ATOMIC_MOVE);
      done = true;
    } finally {
      if (!done) {
        deleteTree(staged);
      }
    }
  }

  @Override
  public void move(SnapshotOperation operation, Path source, Path target) {
    try {
      requireFree(target);
      Files.move(source, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw failure(operation, source, target, e, OptionalLong.empty());
    }
  }

  @Override
  public void delete(Path directory) {
    try {
      deleteStaged(directory);
    } catch (IOException e) {
      throw failure(SnapshotOperation.DELETE, directory, directory, e, OptionalLong.empty());
    }
  }

  private static void deleteStaged(Path directory) throws IOException {
    if (!Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    Path staged = directory.resolveSibling(StagingName.next());
    Files.move(directory, staged, StandardCopyOption.ATOMIC_MOVE);
    deleteTree(staged);
  }

  private static void deleteTree(Path staged) throws IOException {
    if (Files.exists(staged, LinkOption.NOFOLLOW_LINKS)) {
      Files.walkFileTree(staged, new Deleting());
    }
  }

  @Override
  public Usage usage(Path directory) {
    try {
      return measure(directory);
    } catch (IOException e) {
      throw failure(SnapshotOperation.MEASURE, directory, directory, e, OptionalLong.empty());
    }
  }

  /** Copies share nothing. */
  @Override
  public long ownBytes(Path directory, Optional<Path> origin) {
    return usage(directory).logicalBytes();
  }

  private static Usage measure(Path directory) throws IOException {
    requireDirectory(directory);
    Measuring measuring = new Measuring();
    Files.walkFileTree(directory, measuring);
    return new Usage(measuring.bytes, OptionalLong.empty(), measuring.files);
  }

  @Override
  public void sweep(Path parent) {
    try (DirectoryStream<Path> staged =
        Files.newDirectoryStream(parent, StagingName.PREFIX + "*")) {
      for (Path name : staged) {
        deleteTree(name);
      }
    } catch (IOException e) {
      throw SnapshotFailures.of(SnapshotOperation.SWEEP, parent, parent, e, OptionalLong.empty());
    }
  }

  private static void createPrivate(Path directory) throws IOException {
    if (Files.getFileStore(parentOf(directory)).supportsFileAttributeView("posix")) {
      Files.createDirectory(
          directory,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    } else {
      Files.createDirectory(directory);
    }
  }

  private static void requireDirectory(Path path) throws IOException {
    if (!Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
      throw new NotDirectoryException(path.toString());
    }
  }

  private static void requireFree(Path path) throws IOException {
    if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      throw new FileAlreadyExistsException(path.toString());
    }
  }

  private static Path parentOf(Path path) {
    Path parent = path.toAbsolutePath().getParent();
    return parent == null ? path : parent;
  }

  private static OptionalLong neededBytes(Path source) {
    try {
      return OptionalLong.of(measure(source).logicalBytes());
    } catch (IOException e) {
      return OptionalLong.empty();
    }
  }

  private static RuntimeException failure(
      SnapshotOperation operation,
      Path path,
      Path changed,
      IOException cause,
      OptionalLong neededBytes) {
    return SnapshotFailures.of(operation, path, parentOf(changed), cause, neededBytes);
  }

  private static final class Copying extends SimpleFileVisitor<Path> {
    private final Path source;
    private final Path target;

    Copying(Path source, Path target) {
      this.source = source;
      this.target = target;
    }

    @Override
    public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes)
        throws IOException {
      createPrivate(counterpart(directory));
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      if (Thread.currentThread().isInterrupted()) {
        throw new InterruptedIOException();
      }
      if (attributes.isRegularFile() || attributes.isSymbolicLink()) {
        Path copy = counterpart(file);
        Files.copy(file, copy, StandardCopyOption.COPY_ATTRIBUTES, LinkOption.NOFOLLOW_LINKS);
        giveAttributes(file, copy);
      }
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failure)
        throws IOException {
      if (failure != null) {
        throw failure;
      }
      giveAttributes(directory, counterpart(directory));
      return FileVisitResult.CONTINUE;
    }

    private Path counterpart(Path path) {
      return target.resolve(source.relativize(path));
    }

    private static void giveAttributes(Path original, Path copy) throws IOException {
      PosixFileAttributeView from = posix(original);
      if (from != null) {
        givePosixAttributes(from.readAttributes(), copy);
      }
      BasicFileAttributes times =
          Files.readAttributes(original, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      if (!times.isSymbolicLink()) {
        FileTime modified = times.lastModifiedTime();
        Files.getFileAttributeView(copy, BasicFileAttributeView.class)
            .setTimes(modified, times.lastAccessTime(), null);
      }
    }

    private static void givePosixAttributes(PosixFileAttributes original, Path copy)
        throws IOException {
      PosixFileAttributeView to = posix(copy);
      if (to == null) {
        return;
      }
      PosixFileAttributes now = to.readAttributes();
      if (!now.owner().equals(original.owner())) {
        to.setOwner(original.owner());
      }
      if (!now.group().equals(original.group())) {
        to.setGroup(original.group());
      }
      if (!original.isSymbolicLink() && !now.permissions().equals(original.permissions())) {
        to.setPermissions(original.permissions());
      }
    }

    private static @Nullable PosixFileAttributeView posix(Path path) {
      return Files.getFileAttributeView(
          path, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
    }
  }

  private static final class Deleting extends SimpleFileVisitor<Path> {
    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      Files.delete(file);
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
      if (failure instanceof NoSuchFileException) {
        return FileVisitResult.CONTINUE;
      }
      throw failure;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failure)
        throws IOException {
      if (failure != null) {
        throw failure;
      }
      Files.delete(directory);
      return FileVisitResult.CONTINUE;
    }
  }

  private static final class Measuring extends SimpleFileVisitor<Path> {
    private long bytes;
    private long files;

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
      if (attributes.isRegularFile()) {
        bytes += attributes.size();
        files++;
      }
      return FileVisitResult.CONTINUE;
    }
  }
}
