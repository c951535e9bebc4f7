package io.taidon.runner.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.airlift.compress.v3.zstd.ZstdOutputStream;
import io.taidon.core.segment.PodFailure;
import io.taidon.core.segment.PodResult;
import io.taidon.engine.postgres.TestClusters;
import io.taidon.runner.Pod;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Sources of every kind, good and hostile, as the container {@code fetch} brings them. */
class FetchTest {
  private Pod pod;
  private Web web;

  @BeforeEach
  void begin() throws IOException {
    pod = new Pod();
    web = new Web();
  }

  @AfterEach
  void end() {
    web.close();
  }

  @Test
  void aVolumeIsCopiedWithWhatItsLinksLeadToInside() throws Exception {
    Path source = pod.places.source();
    // As the kubelet's atomic writer lays it out.
    Files.createDirectories(source.resolve("..2026_01_01/db"));
    Files.writeString(source.resolve("..2026_01_01/db/a.sql"), "select 1;\n");
    Files.createSymbolicLink(source.resolve("..data"), Path.of("..2026_01_01"));
    Files.createSymbolicLink(source.resolve("db"), Path.of("..data/db"));
    Files.createSymbolicLink(source.resolve("passwd"), Path.of("/etc/passwd"));

    assertThat(pod.run("fetch", Map.of("TAIDON_SOURCE", "directory"))).as(pod.log()).isZero();

    assertThat(files()).containsExactly("db/a.sql");
    assertThat(pod.log()).contains("passwd leads outside");
  }

  @Test
  void keysOfAConfigMapArePaths() throws Exception {
    Path source = pod.places.source();
    Files.createDirectories(source.resolve("..1"));
    Files.writeString(source.resolve("..1/db__a.sql"), "select 1;\n");
    Files.createSymbolicLink(source.resolve("..data"), Path.of("..1"));
    Files.createSymbolicLink(source.resolve("db__a.sql"), Path.of("..data/db__a.sql"));

    assertThat(pod.run("fetch", Map.of("TAIDON_SOURCE", "configmap"))).as(pod.log()).isZero();

    assertThat(files()).containsExactly("db/a.sql");
  }

  @Test
  void aKeyThatClimbsIsRefused() throws Exception {
    Files.writeString(pod.places.source().resolve("a__.."), "");

    assertThat(pod.run("fetch", Map.of("TAIDON_SOURCE", "configmap"))).isEqualTo(1);
    assertThat(failure().code().wireCode()).isEqualTo("source_unavailable");
  }

  @Test
  void archivesOfEveryFormAreUnpacked() throws Exception {
    byte[] tar = tar(entry("./repo/", ""), entry("./repo/a.sql", "select 1;\n"));
    for (byte[] archive :
        List.of(
            tar,
            compressed(tar, GZIPOutputStream::new),
            compressed(tar, ZstdOutputStream::new),
            zip("repo/a.sql"))) {
      pod = new Pod();
      assertThat(fetch(archive, sha256(archive))).as(pod.log()).isZero();
      assertThat(files()).containsExactly("repo/a.sql");
      assertThat(Files.readString(pod.places.revision())).isEqualTo(sha256(archive) + "\n");
      assertThat(pod.places.scratch()).isEmptyDirectory();
    }
  }

  @Test
  void anArchiveWithAnotherDigestIsNotUnpacked() throws Exception {
    assertThat(fetch(zip("a.sql"), "0".repeat(64))).isEqualTo(1);

    assertThat(failure().code().wireCode()).isEqualTo("source_unavailable");
    assertThat(failure().sentence()).contains("SHA-256");
    assertThat(files()).isEmpty();
  }

  @Test
  void whatLeadsOutOfAnArchiveIsRefused() throws Exception {
    TarArchiveEntry link = entry("a", "");
    TarArchiveEntry symbolic = new TarArchiveEntry("a", TarConstants.LF_SYMLINK);
    symbolic.setLinkName("/etc");
    link.setSize(0);
    TarArchiveEntry hard = new TarArchiveEntry("a", TarConstants.LF_LINK);
    hard.setLinkName("/etc/passwd");
    for (byte[] archive :
        List.of(
            tar(entry("../a.sql", "x")),
            tar(entry("a/../../b.sql", "x")),
            tar(symbolic, entry("a/passwd", "x")),
            tar(hard),
            tar(entry("a.sql", "x"), entry("a.sql", "y")),
            tar(entry("a", "x"), entry("a/b", "y")),
            zip("../a.sql"),
            "no archive at all".getBytes(StandardCharsets.UTF_8))) {
      pod = new Pod();
      assertThat(fetch(archive, sha256(archive))).isEqualTo(1);
      assertThat(failure().code().wireCode()).isEqualTo("source_unavailable");
      assertThat(pod.places.workspace().resolve("a.sql")).doesNotExist();
      assertThat(pod.places.workspace().resolve("b.sql")).doesNotExist();
    }
  }

  @Test
  void whatUnpacksToTooMuchIsRefused() throws Exception {
    Landing landing = new Landing(pod.places.workspace(), new Landing.Limits(1 << 20, 3));
    Assertions.assertThatThrownBy(
            () -> landing.file("bomb", new ByteArrayInputStream(new byte[(1 << 20) + 1])))
        .hasMessageContaining("more than 1048576 bytes");
    Assertions.assertThatThrownBy(
            () -> landing.file("a/b/c/d", new ByteArrayInputStream(new byte[0])))
        .hasMessageContaining("more than 3 files");
  }

  @Test
  void secretsInAnAddressAreNotTold() throws Exception {
    int code =
        pod.run(
            "fetch",
            Map.of(
                "TAIDON_SOURCE", "archive",
                "TAIDON_ARCHIVE_URL", web.url("/absent?token=hush").replace("//", "//me:hush@"),
                "TAIDON_ARCHIVE_SHA256", "0".repeat(64)));

    assertThat(code).isEqualTo(1);
    assertThat(Files.readString(pod.places.result())).contains("/absent").doesNotContain("hush");
    assertThat(pod.log()).doesNotContain("hush");
  }

  @Test
  void branchesTagsAndCommitsOfARepository() throws Exception {
    Path repository = repository();
    web.git(repository.getParent(), Optional.empty());
    String first = git(repository, "rev-parse", "v1^{commit}");
    String second = git(repository, "rev-parse", "main");

    for (String ref : List.of("", "main", "v1", "refs/tags/v1", first)) {
      pod = new Pod();
      assertThat(fetchGit(ref)).as(ref + ": " + pod.log()).isZero();
      boolean old = ref.contains("v1") || ref.equals(first);
      assertThat(Files.readString(pod.places.revision())).isEqualTo((old ? first : second) + "\n");
      assertThat(Files.readString(pod.places.files().resolve("db/a.sql")))
          .isEqualTo(old ? "select 1;\n" : "select 2;\n");
      assertThat(pod.places.files().resolve("out")).doesNotExist();
      assertThat(pod.places.files().resolve(".git")).doesNotExist();
      assertThat(pod.places.scratch()).isEmptyDirectory();
    }
  }

  @Test
  void aRefThatIsNotThereIsNamed() throws Exception {
    web.git(repository().getParent(), Optional.empty());

    assertThat(fetchGit("nowhere")).isEqualTo(1);
    assertThat(failure().sentence()).contains("no branch or tag `nowhere`");
    pod = new Pod();
    assertThat(fetchGit("0123456789".repeat(4))).isEqualTo(1);
    assertThat(failure().code().wireCode()).isEqualTo("source_unavailable");
  }

  @Test
  void aRepositoryGetsTheCredentialsOfTheSecretAndNobodyElseHearsOfThem() throws Exception {
    web.git(repository().getParent(), Optional.of("me:hush"));

    assertThat(fetchGit("main")).isEqualTo(1);
    assertThat(failure().code().wireCode()).isEqualTo("source_unavailable");
    pod = new Pod();
    credentials("me", "wrong-hush");
    assertThat(fetchGit("main")).isEqualTo(1);
    assertThat(Files.readString(pod.places.result()) + pod.log()).doesNotContain("hush");
    pod = new Pod();
    credentials("me", "hush");
    assertThat(fetchGit("main")).as(pod.log()).isZero();
    assertThat(pod.places.files().resolve("db/a.sql")).exists();
  }

  @Test
  void filesOfThePodAreNoRepository() throws Exception {
    Path repository = repository();

    assertThat(
            pod.run(
                "fetch", Map.of("TAIDON_SOURCE", "git", "TAIDON_GIT_URL", "file://" + repository)))
        .isEqualTo(1);
    assertThat(failure().sentence()).contains("https, http, ssh or git");
  }

  private void credentials(String user, String password) throws IOException {
    Files.writeString(pod.places.credentials().resolve("username"), user);
    Files.writeString(pod.places.credentials().resolve("password"), password + "\n");
  }

  private int fetchGit(String ref) {
    String url = web.url("/git/shop");
    return pod.run(
        "fetch",
        ref.isEmpty()
            ? Map.of("TAIDON_SOURCE", "git", "TAIDON_GIT_URL", url)
            : Map.of("TAIDON_SOURCE", "git", "TAIDON_GIT_URL", url, "TAIDON_GIT_REF", ref));
  }

  private int fetch(byte[] archive, String sha256) {
    return pod.run(
        "fetch",
        Map.of(
            "TAIDON_SOURCE",
            "archive",
            "TAIDON_ARCHIVE_URL",
            web.file("/archive", archive),
            "TAIDON_ARCHIVE_SHA256",
            sha256));
  }

  private PodFailure failure() throws IOException {
    return ((PodResult.Failed) pod.result()).failure();
  }

  private List<String> files() throws IOException {
    try (var walk = Files.walk(pod.places.files())) {
      return walk.filter(Files::isRegularFile)
          .map(file -> pod.places.files().relativize(file).toString())
          .sorted()
          .toList();
    }
  }

  /** Two commits, an annotated tag on the first, and a link that leads out. */
  private static Path repository() throws Exception {
    assumeTrue(Files.exists(Path.of("/usr/lib/git-core/git-http-backend")), "git is not here");
    Path repository = Files.createDirectories(TestClusters.directory().resolve("shop"));
    git(repository, "init", "-q", "-b", "main");
    Files.createDirectory(repository.resolve("db"));
    Files.createSymbolicLink(repository.resolve("out"), Path.of("/etc/passwd"));
    for (int i = 1; i <= 2; i++) {
      Files.writeString(repository.resolve("db/a.sql"), "select " + i + ";\n");
      git(repository, "add", "-A");
      git(repository, "commit", "-q", "-m", "change " + i);
      if (i == 1) {
        git(repository, "tag", "-a", "-m", "first", "v1");
      }
    }
    return repository;
  }

  private static String git(Path repository, String... args) throws Exception {
    var command =
        new java.util.ArrayList<>(
            List.of("git", "-c", "user.name=t", "-c", "user.email=t@example.com"));
    command.addAll(List.of(args));
    Process process =
        new ProcessBuilder(command)
            .directory(repository.toFile())
            .redirectErrorStream(true)
            .start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(out).isZero();
    return out.strip();
  }

  private interface Compression {
    OutputStream on(OutputStream out) throws IOException;
  }

  private static byte[] compressed(byte[] content, Compression compression) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream out = compression.on(bytes)) {
      out.write(content);
    }
    return bytes.toByteArray();
  }

  private static TarArchiveEntry entry(String name, String content) {
    TarArchiveEntry entry = new TarArchiveEntry(name, true);
    entry.setSize(content.length());
    entry.setUserName(content);
    return entry;
  }

  /** The content of an entry is in its user's name. */
  private static byte[] tar(TarArchiveEntry... entries) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes)) {
      for (TarArchiveEntry entry : entries) {
        tar.putArchiveEntry(entry);
        if (entry.getSize() > 0) {
          tar.write(entry.getUserName().getBytes(StandardCharsets.UTF_8));
        }
        tar.closeArchiveEntry();
      }
    }
    return bytes.toByteArray();
  }

  private static byte[] zip(String name) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      zip.putNextEntry(new ZipEntry(name));
      zip.write("select 1;\n".getBytes(StandardCharsets.UTF_8));
      zip.closeEntry();
    }
    return bytes.toByteArray();
  }

  private static String sha256(byte[] content) throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
  }
}
