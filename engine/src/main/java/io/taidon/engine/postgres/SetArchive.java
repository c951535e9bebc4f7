package io.taidon.engine.postgres;

import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.tukaani.xz.XZInputStream;

/**
 * Unpacks one binary set: a jar that holds a single tar archive compressed with xz. What it says is
 * not trusted: nothing is written outside the target, no symbolic link leaves it, sizes are
 * bounded.
 */
final class SetArchive {
  private static final Set<PosixFilePermission> PROGRAM =
      PosixFilePermissions.fromString("rwxr-xr-x");
  private static final Set<PosixFilePermission> FILE = PosixFilePermissions.fromString("rw-r--r--");
  private static final long MAX_BYTES = 2L << 30;
  private static final int MAX_ENTRIES = 50_000;
  private static final int XZ_MEMORY_KIB = 512 * 1024;
  private static final int ANY_EXECUTE = 0111;
  private static final int BUFFER_BYTES = 1 << 16;

  private final Path target;
  private long bytesLeft = MAX_BYTES;

  private SetArchive(Path target) {
    this.target = target;
  }

  /**
   * Unpacks into a directory that does not exist yet, everything readable by everybody, because the
   * account that runs the server is another one.
   *
   * @throws TaidonException {@code POSTGRES_NOT_FOUND} when the archive is damaged
   */
  static void unpack(Path jar, Path target) throws IOException {
    Files.createDirectory(target);
    Files.setPosixFilePermissions(target, PROGRAM);
    try (ZipInputStream zip =
        new ZipInputStream(new BufferedInputStream(Files.newInputStream(jar), BUFFER_BYTES))) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        if (entry.getName().endsWith(".txz")) {
          new SetArchive(target).unpackTar(zip);
          return;
        }
      }
    } catch (FileAlreadyExistsException e) {
      throw damaged(jar, "an entry is there twice, or lies behind a link: " + e.getFile());
    } catch (FileSystemException e) {
      throw e;
    } catch (IOException | IllegalArgumentException e) {
      throw damaged(jar, String.valueOf(e.getMessage()));
    }
    throw damaged(jar, "it holds no .txz");
  }

  private void unpackTar(InputStream compressed) throws IOException {
    try (TarArchiveInputStream tar =
        new TarArchiveInputStream(new XZInputStream(compressed, XZ_MEMORY_KIB))) {
      int entries = 0;
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        if (++entries > MAX_ENTRIES) {
          throw new IOException("it has more than " + MAX_ENTRIES + " entries");
        }
        write(entry, tar);
      }
    }
  }

  private void write(TarArchiveEntry entry, InputStream content) throws IOException {
    Path path = inside(target, entry.getName());
    if (path.equals(target)) {
      return;
    }
    if (entry.isDirectory()) {
      makeDirectories(path);
      return;
    }
    Path parent = parentOf(path);
    makeDirectories(parent);
    if (entry.isSymbolicLink()) {
      Path relative = Path.of(entry.getLinkName());
      // A ".." behind a name could climb out through another link.
      if (relative.isAbsolute() || !relative.equals(relative.normalize())) {
        throw new IOException("its link " + entry.getName() + " is not a plain relative path");
      }
      Path unused = inside(parent, entry.getLinkName());
      Files.createSymbolicLink(path, relative);
    } else if (entry.isLink()) {
      Files.copy(inside(target, entry.getLinkName()), path);
    } else if (entry.isFile()) {
      writeFile(path, content, (entry.getMode() & ANY_EXECUTE) != 0);
    } else {
      throw new IOException(
          "its entry " + entry.getName() + " is neither file, directory nor link");
    }
  }

  private void writeFile(Path path, InputStream content, boolean executable) throws IOException {
    byte[] buffer = new byte[BUFFER_BYTES];
    // Creating a new file never writes through a link that an earlier entry planted.
    try (OutputStream out =
        Files.newOutputStream(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      for (int n = content.read(buffer); n >= 0; n = content.read(buffer)) {
        bytesLeft -= n;
        if (bytesLeft < 0) {
          throw new IOException("it holds more than " + MAX_BYTES + " bytes");
        }
        out.write(buffer, 0, n);
      }
    }
    Files.setPosixFilePermissions(path, executable ? PROGRAM : FILE);
  }

  /** Makes a directory and those above it up to the target, none of which may be a link. */
  private void makeDirectories(Path directory) throws IOException {
    if (directory.equals(target)) {
      return;
    }
    makeDirectories(parentOf(directory));
    if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
      Files.createDirectory(directory);
      Files.setPosixFilePermissions(directory, PROGRAM);
    }
  }

  private Path inside(Path base, String name) throws IOException {
    Path path = base.resolve(name).normalize();
    if (!path.startsWith(target)) {
      throw new IOException("its entry " + name + " leads outside");
    }
    return path;
  }

  private static Path parentOf(Path path) throws IOException {
    Path parent = path.getParent();
    if (parent == null) {
      throw new IOException("it names a root directory");
    }
    return parent;
  }

  private static TaidonException damaged(Path jar, String why) {
    return TaidonException.of(
            ErrorCode.POSTGRES_NOT_FOUND, "The PostgreSQL binary set " + jar + " is damaged.")
        .with("cause", why)
        .remedy("Put an intact copy in its place, or name a server with --dbms-home.");
  }
}
