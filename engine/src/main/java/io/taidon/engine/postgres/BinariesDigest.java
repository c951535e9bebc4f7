package io.taidon.engine.postgres;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import io.taidon.core.state.Digest;
import io.taidon.core.state.FileHasher;
import io.taidon.engine.postgres.PostgresHome.Origin;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * The digest and version of a server's files, remembered in {@code <cache>/digests.json} for as
 * long as sizes and modification times of the files stay. Thread-safe; a lost or damaged memory
 * only costs the work again.
 */
final class BinariesDigest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int BUFFER_BYTES = 1 << 16;

  /** Prefixes that many packages share, so that only PostgreSQL's own directories count. */
  private static final List<Path> SHARED_PREFIXES =
      List.of(
          Path.of("/usr"), Path.of("/usr/local"), Path.of("/opt/homebrew"), Path.of("/opt/local"));

  private static final List<String> OWN_SUBDIRECTORIES =
      List.of(
          "lib/postgresql",
          "lib/pgsql",
          "lib64/postgresql",
          "lib64/pgsql",
          "share/postgresql",
          "share/pgsql");

  private final Path memory;

  BinariesDigest(Path cacheDir) {
    this.memory = cacheDir.resolve("digests.json");
  }

  /** Describes the server in a directory that has {@code bin/postgres}. */
  PostgresHome describe(Path home, Origin origin) {
    try {
      Map<String, Path> files = files(home.toRealPath());
      String fingerprint = fingerprint(files);
      Optional<PostgresHome> remembered = recall(home, origin, fingerprint);
      if (remembered.isPresent()) {
        return remembered.get();
      }
      PostgresHome described =
          new PostgresHome(
              home, PostgresVersion.ask(home.resolve("bin/postgres")), content(files), origin);
      remember(described, fingerprint);
      return described;
    } catch (IOException e) {
      throw TaidonException.of(
              ErrorCode.POSTGRES_NOT_FOUND,
              "The PostgreSQL server in " + home + " cannot be read.",
              e)
          .with("cause", String.valueOf(e.getMessage()));
    }
  }

  /** The files of a server by relative name, in order, which never depends on the place. */
  private static Map<String, Path> files(Path home) throws IOException {
    Map<String, Path> files = new TreeMap<>();
    files.put("bin/postgres", home.resolve("bin/postgres"));
    files.put("bin/initdb", home.resolve("bin/initdb"));
    if (SHARED_PREFIXES.contains(home)) {
      for (String own : OWN_SUBDIRECTORIES) {
        addTree(files, own, home.resolve(own));
      }
    } else {
      addTree(files, "lib", home.resolve("lib"));
      addTree(files, "share", home.resolve("share"));
      Path debian = Path.of("/usr/lib/postgresql");
      if (home.startsWith(debian)) {
        addTree(files, "share", Path.of("/usr/share/postgresql").resolve(debian.relativize(home)));
      }
    }
    return files;
  }

  private static void addTree(Map<String, Path> files, String name, Path root) throws IOException {
    if (!Files.isDirectory(root)) {
      return;
    }
    List<Path> paths = new ArrayList<>();
    try (Stream<Path> walk = Files.walk(root)) {
      walk.filter(path -> !Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)).forEach(paths::add);
    }
    for (Path path : paths) {
      files.put(name + "/" + root.relativize(path), path);
    }
  }

  private static String fingerprint(Map<String, Path> files) throws IOException {
    FileHasher hasher = new FileHasher();
    for (Map.Entry<String, Path> file : files.entrySet()) {
      Map<String, Object> attributes =
          Files.readAttributes(file.getValue(), "size,lastModifiedTime", LinkOption.NOFOLLOW_LINKS);
      line(
          hasher,
          file.getKey()
              + "\0"
              + attributes.get("size")
              + "\0"
              + attributes.get("lastModifiedTime"));
    }
    return hasher.finish().hex();
  }

  private static Digest content(Map<String, Path> files) throws IOException {
    FileHasher hasher = new FileHasher();
    byte[] buffer = new byte[BUFFER_BYTES];
    for (Map.Entry<String, Path> file : files.entrySet()) {
      if (Files.isSymbolicLink(file.getValue())) {
        line(hasher, "link\0" + file.getKey() + "\0" + Files.readSymbolicLink(file.getValue()));
        continue;
      }
      // The size comes first, so that no content can be taken for the next file's line.
      line(hasher, "file\0" + file.getKey() + "\0" + Files.size(file.getValue()));
      try (InputStream in = Files.newInputStream(file.getValue())) {
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
          hasher.update(buffer, 0, n);
        }
      }
    }
    return hasher.finish();
  }

  private static void line(FileHasher hasher, String text) {
    byte[] bytes = (text + "\n").getBytes(StandardCharsets.UTF_8);
    hasher.update(bytes, 0, bytes.length);
  }

  private Optional<PostgresHome> recall(Path home, Origin origin, String fingerprint) {
    ObjectNode entry = read().withObjectProperty(home.toString());
    String version = entry.path("version").asText("");
    String digest = entry.path("digest").asText("");
    if (!entry.path("fingerprint").asText("").equals(fingerprint) || version.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(new PostgresHome(home, version, new Digest(digest), origin));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private synchronized void remember(PostgresHome home, String fingerprint) {
    ObjectNode all = read();
    all.putObject(home.directory().toString())
        .put("fingerprint", fingerprint)
        .put("digest", home.binaries().hex())
        .put("version", home.version());
    Path temporary = memory.resolveSibling(".digests-" + UUID.randomUUID());
    try {
      Files.createDirectories(memory.toAbsolutePath().getParent());
      Files.write(temporary, JSON.writeValueAsBytes(all));
      Files.move(temporary, memory, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      // Only a cache: a read-only directory means that the next process computes it again.
    }
  }

  private ObjectNode read() {
    try {
      return JSON.readTree(Files.readAllBytes(memory)) instanceof ObjectNode object
          ? object
          : JSON.createObjectNode();
    } catch (JacksonException e) {
      return JSON.createObjectNode();
    } catch (IOException e) {
      return JSON.createObjectNode();
    }
  }
}
