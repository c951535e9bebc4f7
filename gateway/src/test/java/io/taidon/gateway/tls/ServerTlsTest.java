package io.taidon.gateway.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.netty.handler.ssl.SslProvider;
import io.netty.pkitesting.CertificateBuilder.Algorithm;
import io.netty.pkitesting.X509Bundle;
import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import io.taidon.gateway.startup.Door;
import io.taidon.gateway.startup.Ending;
import io.taidon.gateway.startup.StartupSettings;
import io.taidon.gateway.wire.Packets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServerTlsTest {
  private static final String NAME = "db.example.com";

  @TempDir Path directory;

  @Test
  void newHandshakesUseNewFilesAndOldConnectionsLive() throws Exception {
    X509Bundle before = Certificates.selfSigned(NAME);
    X509Bundle after = Certificates.selfSigned(NAME);
    CertificateFiles files = Certificates.write(directory, "server", before);
    try (ServerTls tls = ServerTls.load(ServerTlsSettings.of(files));
        Door old = new Door(StartupSettings.plain().withTls(tls, true));
        TlsClient oldClient = client(before, NAME)) {
      assertThat(served(oldClient, old)).isEqualTo(before.getCertificate());
      assertThat(tls.reload()).isEqualTo(new Reload.Unchanged());

      Certificates.write(directory, "server", after);
      assertThat(tls.reload())
          .isEqualTo(new Reload.Replaced(after.getCertificate().getNotAfter().toInstant()));
      assertServed(tls, NAME, after);
      assertThat(tls.reload()).isEqualTo(new Reload.Unchanged());

      old.receive(oldClient.send(Packets.startup("user", "alice")).outgoing());
      assertThat(old.openings()).hasSize(1);
    }
  }

  @Test
  void brokenNewFilesKeepTheOldOnesAndSayWhy() throws Exception {
    X509Bundle before = Certificates.selfSigned(NAME);
    CertificateFiles files = Certificates.write(directory, "server", before);
    try (ServerTls tls = ServerTls.load(ServerTlsSettings.of(files))) {
      Files.writeString(files.chain(), "half a certif");
      assertKept(tls, "There is no usable certificate in " + files.chain() + ".");
      Files.writeString(files.chain(), Certificates.selfSigned(NAME).getCertificatePEM());
      assertKept(tls, "not that of the first certificate");
      Files.writeString(
          files.key(), "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----");
      assertKept(tls, "There is no usable private key in " + files.key() + ".");
      Files.delete(files.key());
      assertKept(tls, "The file " + files.key() + " cannot be read.");
      assertServed(tls, NAME, before);

      X509Bundle after = Certificates.selfSigned(NAME);
      Certificates.write(directory, "server", after);
      assertThat(tls.reload()).isInstanceOf(Reload.Replaced.class);
      assertServed(tls, NAME, after);
    }
  }

  @Test
  void filesThatCannotBeUsedAtTheStartAreAnError() {
    CertificateFiles nowhere =
        new CertificateFiles(directory.resolve("no.crt"), directory.resolve("no.key"));
    assertThatThrownBy(() -> ServerTls.load(ServerTlsSettings.of(nowhere)))
        .isInstanceOfSatisfying(
            TaidonException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.FILE_UNREADABLE));
    CertificateFiles good = Certificates.write(directory, "a", Certificates.selfSigned(NAME));
    assertThatThrownBy(
            () -> ServerTls.load(new ServerTlsSettings(good, Map.of("*.*.example.com", good))))
        .isInstanceOf(TaidonException.class)
        .hasMessageContaining("*.*.example.com");
  }

  @Test
  void afterTheEndNoHandshakeBegins() throws Exception {
    X509Bundle bundle = Certificates.selfSigned(NAME);
    ServerTls tls =
        ServerTls.load(ServerTlsSettings.of(Certificates.write(directory, "server", bundle)));
    try (Door door = new Door(StartupSettings.plain().withTls(tls, true));
        TlsClient client = client(bundle, NAME)) {
      tls.close();
      tls.close();
      assertThat(tls.reload()).isEqualTo(new Reload.Unchanged());
      door.receive(client.outgoing());
      assertThat(door.endings()).containsExactly(Ending.TLS_FAILED);
      assertThat(door.isOpen()).isFalse();
    }
  }

  @Test
  void namesHaveTheirOwnCertificates() throws Exception {
    X509Bundle standard = Certificates.selfSigned("standard.example.com");
    X509Bundle exact = Certificates.selfSigned("one.example.com");
    X509Bundle wildcard = Certificates.selfSigned("any.team.example.com");
    ServerTlsSettings settings =
        new ServerTlsSettings(
            Certificates.write(directory, "standard", standard),
            Map.of(
                "one.example.com", Certificates.write(directory, "exact", exact),
                "*.team.example.com", Certificates.write(directory, "wildcard", wildcard)));
    try (ServerTls tls = ServerTls.load(settings)) {
      assertServed(tls, "one.example.com", exact);
      assertServed(tls, "any.team.example.com", wildcard);
      assertServed(tls, "standard.example.com", standard);
    }
  }

  @Test
  void aWatchTellsOfChangesAndOfEachFailureOnce() throws Exception {
    CertificateFiles files = Certificates.write(directory, "s", Certificates.selfSigned(NAME));
    List<Reload> heard = new CopyOnWriteArrayList<>();
    try (ServerTls tls = ServerTls.load(ServerTlsSettings.of(files));
        CertificateWatch watch = CertificateWatch.start(tls, Duration.ofMillis(5), heard::add)) {
      String good = Files.readString(files.key());
      Files.delete(files.key());
      await().until(() -> heard.size() == 1);
      assertThat(heard.getFirst()).isInstanceOf(Reload.Kept.class);
      Path next = Files.writeString(directory.resolve("next"), good + "\n");
      Files.move(next, files.key());
      await().until(() -> heard.size() == 2);
      assertThat(heard.get(1)).isInstanceOf(Reload.Replaced.class);
      watch.close();
    }
  }

  @ParameterizedTest
  @CsvSource({"rsa2048,RSA", "ecp256,EC", "ecp384,EC"})
  void keysAreReadInTheirOldFormsToo(Algorithm algorithm, String kind) throws Exception {
    X509Bundle bundle = Certificates.selfSigned(NAME, algorithm);
    CertificateFiles files = Certificates.write(directory, "server", bundle);
    Files.writeString(files.key(), withoutFrame(bundle.getKeyPair(), kind));
    try (ServerTls tls = ServerTls.load(ServerTlsSettings.of(files))) {
      assertServed(tls, NAME, bundle);
    }
  }

  @ParameterizedTest
  @CsvSource({"ecp256,SHA-256", "ecp384,SHA-384", "rsa2048,SHA-256"})
  void theBindingIsByTheHashOfTheSignature(Algorithm algorithm, String hash) throws Exception {
    X509Certificate certificate = Certificates.selfSigned(NAME, algorithm).getCertificate();
    assertThat(certificate.getSigAlgName()).startsWith(hash.replace("-", ""));
    assertThat(EndPointBinding.of(certificate).orElseThrow())
        .isEqualTo(MessageDigest.getInstance(hash).digest(certificate.getEncoded()));
  }

  @Test
  void aSignatureWithoutAHashBindsNothing() {
    assertThat(
            EndPointBinding.of(Certificates.selfSigned(NAME, Algorithm.ed25519).getCertificate()))
        .isEmpty();
  }

  private static void assertKept(ServerTls tls, String sentence) {
    assertThat(tls.reload())
        .isInstanceOfSatisfying(
            Reload.Kept.class, kept -> assertThat(kept.reason().sentence()).contains(sentence));
  }

  private static void assertServed(ServerTls tls, String name, X509Bundle expected)
      throws Exception {
    try (Door door = new Door(StartupSettings.plain().withTls(tls, true));
        TlsClient client = client(expected, name)) {
      assertThat(served(client, door)).isEqualTo(expected.getCertificate());
      door.receive(client.send(Packets.startup("user", "alice")).outgoing());
      assertThat(door.openings().getFirst().tls().orElseThrow().serverEndPoint().orElseThrow())
          .isEqualTo(EndPointBinding.of(expected.getCertificate()).orElseThrow());
    }
  }

  private static TlsClient client(X509Bundle trusted, String name) throws IOException {
    return TlsClient.start(SslProvider.JDK, trusted, name, List.of("postgresql"));
  }

  private static X509Certificate served(TlsClient client, Door door) throws Exception {
    while (!client.isReady()) {
      byte[] flight = client.outgoing();
      assertThat(flight).isNotEmpty();
      client.receive(door.receive(flight).takeAnswers());
    }
    door.receive(client.outgoing());
    return client.serverCertificate();
  }

  /**
   * What is inside the frame of PKCS #8: its last octet string, which has a two- or one-byte
   * length.
   */
  private static String withoutFrame(KeyPair pair, String kind) {
    byte[] der = pair.getPrivate().getEncoded();
    for (int at = 4; at < der.length; at++) {
      boolean longForm = der[at + 1] == (byte) 0x82;
      boolean middleForm = der[at + 1] == (byte) 0x81;
      int header = longForm ? 4 : middleForm ? 3 : 2;
      int length =
          longForm
              ? (der[at + 2] & 0xff) << 8 | der[at + 3] & 0xff
              : der[at + (middleForm ? 2 : 1)] & 0xff;
      if (der[at] == 4 && at + header + length == der.length) {
        String base64 =
            Base64.getMimeEncoder()
                .encodeToString(Arrays.copyOfRange(der, at + header, der.length));
        return "-----BEGIN %s PRIVATE KEY-----\n%s\n-----END %s PRIVATE KEY-----\n"
            .formatted(kind, base64, kind);
      }
    }
    throw new IllegalStateException("no key in the frame");
  }
}
