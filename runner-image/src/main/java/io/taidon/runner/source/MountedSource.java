package io.taidon.runner.source;

import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Sources that the kubelet mounted. In its own volumes the names are links to {@code ..data}, which
 * is a link to a directory whose name begins with two dots, too (atomic writer of the kubelet).
 */
final class MountedSource {
  private static final String OF_THE_KUBELET = "..";
  private static final int MAX_DEPTH = 64;

  private MountedSource() {}

  /** Copies a tree. What links lead to is copied where it lies inside, else left out. */
  static void directory(Path mounted, Landing landing, Consumer<String> notes) throws IOException {
    Path root = real(mounted);
    Files.walkFileTree(
        root,
        EnumSet.of(FileVisitOption.FOLLOW_LINKS),
        MAX_DEPTH,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes)
              throws IOException {
            if (directory.equals(root)) {
              return FileVisitResult.CONTINUE;
            }
            String name = String.valueOf(directory.getFileName());
            boolean skipped =
                name.equals(".git")
                    || (root.equals(directory.getParent()) && name.startsWith(OF_THE_KUBELET))
                    || leavesOut(directory);
            if (skipped) {
              return FileVisitResult.SKIP_SUBTREE;
            }
            landing.directory(root.relativize(directory).toString());
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            if (!leavesOut(file)) {
              if (attributes.isRegularFile()) {
                copy(file, root.relativize(file).toString(), landing);
              } else {
                notes.accept(root.relativize(file) + " is no regular file and is left out.");
              }
            }
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException failure)
              throws IOException {
            if (file.equals(root)) {
              throw failure;
            }
            notes.accept(root.relativize(file) + " cannot be read and is left out.");
            return FileVisitResult.CONTINUE;
          }

          private boolean leavesOut(Path path) throws IOException {
            if (!Files.isSymbolicLink(path)) {
              return false;
            }
            try {
              if (path.toRealPath().startsWith(root)) {
                return false;
              }
            } catch (NoSuchFileException | AccessDeniedException e) {
              // Leads nowhere.
            }
            notes.accept(root.relativize(path) + " leads outside the source and is left out.");
            return true;
          }
        });
  }

  /** Copies a file for each key. */
  static void configMap(Path mounted, Landing landing) throws IOException {
    List<Path> keys = new ArrayList<>();
    try (Stream<Path> entries = Files.list(real(mounted))) {
      entries
          .filter(entry -> !String.valueOf(entry.getFileName()).startsWith(OF_THE_KUBELET))
          .filter(Files::isRegularFile)
          .sorted()
          .forEach(keys::add);
    }
    for (Path key : keys) {
      copy(key, String.valueOf(key.getFileName()).replace("__", "/"), landing);
    }
  }

  private static void copy(Path file, String name, Landing landing) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      landing.file(name, in);
    } catch (AccessDeniedException e) {
      throw TaidonException.of(
              ErrorCode.SOURCE_UNAVAILABLE,
              "The file `" + name + "` of the source may not be read by user 10001.",
              e)
          .with("file", name)
          .remedy("Make it readable for everybody.");
    }
  }

  private static Path real(Path mounted) throws IOException {
    if (!Files.isDirectory(mounted, LinkOption.NOFOLLOW_LINKS)) {
      throw TaidonException.of(
          ErrorCode.SOURCE_UNAVAILABLE, "No source is mounted at " + mounted + ".");
    }
    return mounted.toRealPath();
  }
}
