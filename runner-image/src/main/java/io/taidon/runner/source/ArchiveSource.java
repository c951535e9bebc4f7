package io.taidon.runner.source;

import io.airlift.compress.v3.zstd.ZstdInputStream;
import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Enumeration;
import java.util.HexFormat;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;

/**
 * An archive over HTTP: fetched whole with its SHA-256 computed on the way, and unpacked only if
 * that is the wanted one. Tar, plain or compressed with gzip or zstd, and zip; told apart by their
 * first bytes.
 */
final class ArchiveSource {
  private static final long MAX_ARCHIVE_BYTES = 1L << 30;
  private static final int BUFFER_BYTES = 1 << 16;
  private static final int HTTP_OK = 200;
  private static final Duration CONNECT_LIMIT = Duration.ofSeconds(20);
  private static final byte[] GZIP = {0x1f, (byte) 0x8b};
  private static final byte[] ZSTD = {0x28, (byte) 0xb5, 0x2f, (byte) 0xfd};
  private static final byte[] ZIP = {'P', 'K', 3, 4};

  private final SourceOrder.Archive order;
  private final Path scratch;

  ArchiveSource(SourceOrder.Archive order, Path scratch) {
    this.order = order;
    this.scratch = scratch;
  }

  void bring(Landing landing) throws IOException, InterruptedException {
    Path archive = Files.createTempFile(scratch, "archive", "");
    try {
      TimeLimit.within(
          TimeLimit.OF_A_SOURCE,
          "The archive " + shown(),
          () -> {
            fetch(archive);
            return archive;
          });
      unpack(archive, landing);
    } finally {
      Files.deleteIfExists(archive);
    }
  }

  private void fetch(Path archive) throws IOException, InterruptedException {
    MessageDigest sha = sha256();
    try (HttpClient client =
        HttpClient.newBuilder()
            .connectTimeout(CONNECT_LIMIT)
            .followRedirects(HttpClient.Redirect.NORMAL)
            .build()) {
      try {
        HttpResponse<InputStream> response =
            client.send(
                HttpRequest.newBuilder(URI.create(order.url())).build(),
                HttpResponse.BodyHandlers.ofInputStream());
        try (InputStream body = response.body();
            OutputStream out = Files.newOutputStream(archive)) {
          if (response.statusCode() != HTTP_OK) {
            throw unavailable("answers with HTTP status " + response.statusCode());
          }
          copy(body, out, sha);
        }
      } catch (IllegalArgumentException e) {
        throw unavailable("is no address that can be fetched");
      } catch (IOException e) {
        throw unavailable("cannot be fetched: " + Redacted.text(e, order.url()));
      } finally {
        client.shutdownNow();
      }
    }
    String found = HexFormat.of().formatHex(sha.digest());
    if (!found.equals(order.sha256())) {
      throw unavailable("has the SHA-256 " + found + " instead of the wanted one")
          .remedy("Check what lies there, then give its SHA-256.");
    }
  }

  private void copy(InputStream body, OutputStream out, MessageDigest sha) throws IOException {
    byte[] buffer = new byte[BUFFER_BYTES];
    long left = MAX_ARCHIVE_BYTES;
    for (int n = body.read(buffer); n >= 0; n = body.read(buffer)) {
      left -= n;
      if (left < 0) {
        throw unavailable("has more than " + MAX_ARCHIVE_BYTES + " bytes");
      }
      sha.update(buffer, 0, n);
      out.write(buffer, 0, n);
    }
  }

  private void unpack(Path archive, Landing landing) throws IOException {
    byte[] head;
    try (InputStream in = Files.newInputStream(archive)) {
      head = in.readNBytes(ZSTD.length);
    }
    try {
      if (begins(head, ZIP)) {
        unzip(archive, landing);
        return;
      }
      try (InputStream in = new BufferedInputStream(Files.newInputStream(archive), BUFFER_BYTES)) {
        untar(decompressed(head, in), landing);
      }
    } catch (TaidonException e) {
      throw e;
    } catch (java.nio.file.FileSystemException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      throw unavailable("is damaged, or neither tar nor zip: " + e.getMessage());
    }
  }

  private static InputStream decompressed(byte[] head, InputStream in) throws IOException {
    if (begins(head, GZIP)) {
      return new GzipCompressorInputStream(in, true);
    }
    return begins(head, ZSTD) ? new ZstdInputStream(in) : in;
  }

  private static boolean begins(byte[] head, byte[] magic) {
    return Arrays.equals(Arrays.copyOf(head, magic.length), magic);
  }

  private void untar(InputStream in, Landing landing) throws IOException {
    try (TarArchiveInputStream tar = new TarArchiveInputStream(in)) {
      boolean any = false;
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        any = true;
        String name = plain(entry.getName());
        if (entry.isDirectory()) {
          makeDirectory(name, landing);
        } else if (entry.isFile() && !entry.isSymbolicLink() && !entry.isLink()) {
          landing.file(name, tar);
        } else if (!entry.isGlobalPaxHeader()) {
          throw linked(name);
        }
      }
      if (!any) {
        throw unavailable("is empty, or neither tar nor zip");
      }
    }
  }

  private void unzip(Path archive, Landing landing) throws IOException {
    try (ZipFile zip = ZipFile.builder().setPath(archive).get()) {
      Enumeration<ZipArchiveEntry> entries = zip.getEntries();
      while (entries.hasMoreElements()) {
        ZipArchiveEntry entry = entries.nextElement();
        String name = plain(entry.getName());
        if (entry.isUnixSymlink()) {
          throw linked(name);
        }
        if (entry.isDirectory()) {
          makeDirectory(name, landing);
        } else {
          try (InputStream in = zip.getInputStream(entry)) {
            landing.file(name, in);
          }
        }
      }
    }
  }

  private static void makeDirectory(String name, Landing landing) throws IOException {
    if (!name.isEmpty() && !name.equals(".")) {
      landing.directory(name);
    }
  }

  /** {@code tar} writes {@code ./a} for {@code a}, and a slash after a directory. */
  private static String plain(String name) {
    String rest = name.startsWith("./") ? name.substring(2) : name;
    return rest.endsWith("/") ? rest.substring(0, rest.length() - 1) : rest;
  }

  private TaidonException linked(String name) {
    return unavailable("holds `" + name + "`, which is a link or device")
        .with("file", name)
        .remedy("Pack the files that links lead to (tar --dereference).");
  }

  private TaidonException unavailable(String why) {
    return TaidonException.of(
        ErrorCode.SOURCE_UNAVAILABLE, "The archive " + shown() + " " + why + ".");
  }

  private String shown() {
    return Redacted.url(order.url());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
