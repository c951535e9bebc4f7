package io.taidon.gateway.startup;

import static io.taidon.gateway.wire.Packets.cancel;
import static io.taidon.gateway.wire.Packets.gssencRequest;
import static io.taidon.gateway.wire.Packets.joined;
import static io.taidon.gateway.wire.Packets.sslRequest;
import static io.taidon.gateway.wire.Packets.startup;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslProvider;
import io.netty.pkitesting.X509Bundle;
import io.taidon.gateway.tls.Certificates;
import io.taidon.gateway.tls.ServerTls;
import io.taidon.gateway.tls.ServerTlsSettings;
import io.taidon.gateway.tls.TlsClient;
import io.taidon.gateway.tls.TlsDetails;
import io.taidon.gateway.wire.Splits;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Encryption of the client's leg: every way in, and the ways in which it must not work. */
class TlsStartupTest {
  private static final String NAME = "pr-1.db.example.com";
  private static final List<String> OURS = List.of("postgresql");
  private static final byte[] NO_APPLICATION_PROTOCOL = {0x15, 3, 3, 0, 2, 2, 120};

  @TempDir static Path directory;
  private static X509Bundle bundle;
  private static ServerTls server;
  private static StartupSettings optional;
  private static StartupSettings required;

  @BeforeAll
  static void load() {
    bundle = Certificates.selfSigned(NAME);
    server = ServerTls.load(ServerTlsSettings.of(Certificates.write(directory, "server", bundle)));
    optional = StartupSettings.plain().withTls(server, false);
    required = StartupSettings.plain().withTls(server, true);
  }

  @AfterAll
  static void close() {
    server.close();
  }

  static Stream<SslProvider> providers() {
    return OpenSsl.isAvailable()
        ? Stream.of(SslProvider.JDK, SslProvider.OPENSSL)
        : Stream.of(SslProvider.JDK);
  }

  @ParameterizedTest
  @MethodSource("providers")
  void tlsAfterAnSslRequest(SslProvider provider) throws Exception {
    try (Door door = new Door(required);
        TlsClient client = TlsClient.start(provider, bundle, NAME, List.of())) {
      door.receive(sslRequest());
      assertThat(door.takeAnswers()).isEqualTo(new byte[] {'S'});
      shakeHands(client, door);
      byte[] early = "early".getBytes(US_ASCII);
      client.send(joined(startup("user", "alice"), early));
      door.receive(client.outgoing());

      TlsDetails tls = session(door).tls().orElseThrow();
      assertThat(tls.serverName()).contains(NAME);
      assertThat(tls.direct()).isFalse();
      assertThat(tls.serverEndPoint().orElseThrow())
          .isEqualTo(
              MessageDigest.getInstance("SHA-256").digest(bundle.getCertificate().getEncoded()));
      assertThat(door.ahead()).isEqualTo(early);
    }
  }

  @ParameterizedTest
  @MethodSource("providers")
  void directTlsWithItsProtocol(SslProvider provider) throws Exception {
    try (Door door = new Door(required);
        TlsClient client = TlsClient.start(provider, bundle, NAME, OURS)) {
      shakeHands(client, door);
      assertThat(client.protocol()).isEqualTo("postgresql");
      door.receive(client.send(startup("user", "alice")).outgoing());
      assertThat(session(door).tls().orElseThrow().direct()).isTrue();
    }
  }

  @ParameterizedTest
  @MethodSource("providers")
  void aClientHelloMayBeCutAnywhere(SslProvider provider) throws Exception {
    int cuts = 0;
    for (boolean direct : new boolean[] {true, false}) {
      int number = 0;
      int all = 1;
      while (number < all) {
        try (Door door = new Door(optional);
            TlsClient client = TlsClient.start(provider, bundle, NAME, OURS)) {
          List<List<byte[]>> splits = Splits.of(client.outgoing());
          all = splits.size();
          if (!direct) {
            door.receive(sslRequest()).takeAnswers();
          }
          door.receive(splits.get(number));
          client.receive(door.takeAnswers());
          // Every hello is read; to finish each handshake would prove nothing more.
          if (number % 50 == 0) {
            shakeHands(client, door);
            assertThat(client.isReady()).isTrue();
          }
          assertThat(door.isOpen()).isTrue();
          assertThat(client.outgoing()).isNotNull();
          cuts++;
        }
        number += number < 4 ? 1 : 7;
      }
    }
    assertThat(cuts).isGreaterThan(50);
  }

  @ParameterizedTest
  @MethodSource("providers")
  void aClientHelloMayBeLongerThanAPacketAndSpanRecords(SslProvider provider) throws Exception {
    List<String> many = new ArrayList<>();
    IntStream.range(0, 100).forEach(i -> many.add("some-other-protocol-" + i));
    many.add("postgresql");
    try (Door door = new Door(optional);
        TlsClient client = TlsClient.start(provider, bundle, NAME, many)) {
      byte[] record = client.outgoing();
      assertThat(record).hasSizeGreaterThan(1500);
      int half = (record.length - 5) / 2;
      byte[] first = Arrays.copyOfRange(record, 5, 5 + half);
      byte[] second = Arrays.copyOfRange(record, 5 + half, record.length);
      // The same hello, in two records: legal, if not what this client would send.
      door.receive(record(first)).receive(record(second));
      assertThat(door.takeAnswers()).isNotEmpty();
      assertThat(door.isOpen()).isTrue();
    }
    try (Door door = new Door(optional);
        TlsClient client = TlsClient.start(provider, bundle, NAME, many)) {
      shakeHands(client, door);
      assertThat(client.protocol()).isEqualTo("postgresql");
    }
  }

  @ParameterizedTest
  @MethodSource("providers")
  void directTlsWithoutItsProtocolIsRefusedWithAnAlert(SslProvider provider) throws Exception {
    for (List<String> protocols : List.of(List.<String>of(), List.of("h2", "http/1.1"))) {
      try (Door door = new Door(optional);
          TlsClient client = TlsClient.start(provider, bundle, NAME, protocols)) {
        door.receive(client.outgoing());
        assertThat(door.answers()).isEqualTo(NO_APPLICATION_PROTOCOL);
        assertThat(door.endings()).containsExactly(Ending.TLS_FAILED);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("providers")
  void anotherProtocolIsRefusedAfterAnSslRequestToo(SslProvider provider) throws Exception {
    try (Door door = new Door(optional);
        TlsClient client = TlsClient.start(provider, bundle, NAME, List.of("h2"))) {
      door.receive(sslRequest()).takeAnswers();
      door.receive(client.outgoing());
      assertThat(door.answers()).isEqualTo(NO_APPLICATION_PROTOCOL);
      assertThat(door.isOpen()).isFalse();
    }
  }

  @Test
  void gssapiMayBeAskedForFirst() throws Exception {
    try (Door door = new Door(required);
        TlsClient client = TlsClient.start(SslProvider.JDK, bundle, NAME, OURS)) {
      door.receive(gssencRequest());
      assertThat(door.takeAnswers()).isEqualTo(new byte[] {'N'});
      door.receive(sslRequest());
      assertThat(door.takeAnswers()).isEqualTo(new byte[] {'S'});
      shakeHands(client, door);
      door.receive(client.send(startup("user", "alice")).outgoing());
      assertThat(session(door).tls()).isPresent();
    }
  }

  @Test
  void plainTextBehindAnSslRequestIsNeverReadAsEncrypted() {
    byte[] evil = startup("user", "mallory");
    byte[] stream = joined(sslRequest(), evil);
    for (List<byte[]> pieces : Splits.of(stream)) {
      try (Door door = new Door(optional)) {
        door.receive(pieces);
        door.end();
        assertThat(door.openings()).isEmpty();
        assertThat(door.endings())
            .hasSize(1)
            .isSubsetOf(Ending.INJECTED, Ending.TLS_FAILED, Ending.CUT_SHORT);
      }
    }
    try (Door door = new Door(optional)) {
      door.receive(stream);
      assertThat(door.endings()).containsExactly(Ending.INJECTED);
      assertThat(door.answerText())
          .startsWith("E")
          .contains("C08P01\0Mreceived unencrypted data after SSL request\0");
    }
  }

  @Test
  void aRequestInsideTlsIsAVersionThatWeDoNotSpeak() throws Exception {
    for (byte[] request : List.of(sslRequest(), gssencRequest())) {
      try (Door door = new Door(optional);
          TlsClient client = TlsClient.start(SslProvider.JDK, bundle, NAME, OURS)) {
        shakeHands(client, door);
        door.receive(client.send(request).outgoing());
        assertThat(new String(client.receive(door.takeAnswers()).received(), UTF_8))
            .contains("C0A000\0Munsupported frontend protocol 1234.56");
        assertThat(door.endings()).containsExactly(Ending.REFUSED);
      }
    }
  }

  @Test
  void tlsInsideTlsIsNoPacket() throws Exception {
    try (Door door = new Door(optional);
        TlsClient client = TlsClient.start(SslProvider.JDK, bundle, NAME, OURS)) {
      shakeHands(client, door);
      door.receive(client.send(new byte[] {0x16, 3, 1, 0, 5}).outgoing());
      assertThat(door.endings()).containsExactly(Ending.NOT_POSTGRES);
    }
  }

  @Test
  void whereTlsIsRequiredPlainSessionsAreToldSoAfterTheStartupMessage() {
    try (Door door = new Door(required)) {
      door.receive(gssencRequest());
      assertThat(door.takeAnswers()).isEqualTo(new byte[] {'N'});
      door.receive(startup("user", "alice"));
      assertThat(door.answerText())
          .contains("C28000\0MThis gateway requires TLS.\0H", "sslmode=require");
      assertThat(door.endings()).containsExactly(Ending.REFUSED);
    }
  }

  @Test
  void whereTlsIsRequiredPlainCancelsAreStillTaken() {
    for (List<byte[]> pieces : Splits.of(cancel(1, new byte[32]))) {
      try (Door door = new Door(required)) {
        door.receive(pieces);
        assertThat(door.openings()).hasSize(1);
        assertThat(door.openings().getFirst().tls()).isEmpty();
      }
    }
  }

  @Test
  void aCancelMayComeInsideTls() throws Exception {
    for (boolean direct : new boolean[] {true, false}) {
      try (Door door = new Door(required);
          TlsClient client = TlsClient.start(SslProvider.JDK, bundle, NAME, OURS)) {
        if (!direct) {
          door.receive(sslRequest()).takeAnswers();
        }
        shakeHands(client, door);
        door.receive(client.send(cancel(5, new byte[] {1, 2, 3, 4})).outgoing());
        assertThat(door.openings().getFirst())
            .isInstanceOfSatisfying(
                Opening.Cancel.class,
                cancel -> assertThat(cancel.tls().orElseThrow().direct()).isEqualTo(direct));
      }
    }
  }

  @Test
  void aHandshakeThatStopsEndsWithTheConnection() throws Exception {
    try (Door door = new Door(required);
        TlsClient client = TlsClient.start(SslProvider.JDK, bundle, NAME, OURS)) {
      door.receive(Arrays.copyOf(client.outgoing(), 40)).end();
      assertThat(door.endings()).containsExactly(Ending.CUT_SHORT);
    }
  }

  @Test
  void aClientThatSendsNoNameGetsTheStandardCertificate() throws Exception {
    try (Door door = new Door(required);
        TlsClient client = TlsClient.start(SslProvider.JDK, bundle, "192.0.2.1", OURS)) {
      door.receive(client.outgoing());
      assertThat(door.answers()).isNotEmpty();
      assertThat(door.isOpen()).isTrue();
    }
  }

  @Test
  void noiseInPlaceOfAClientHelloEndsTheConnection() {
    byte[][] noises = {
      {0x16, 3, 1, 0, 0},
      {0x16, 3, 1, 0, 4, 2, 0, 0, 0},
      {0x16, 2, 1, 0, 4, 1, 0, 0, 0},
      {0x16, 3, 1, 0, 4, 1, (byte) 255, (byte) 255, (byte) 255},
      {0x15, 3, 3, 0, 2, 2, 40},
      {0x17, 3, 3, 0, 1, 0}
    };
    for (byte[] noise : noises) {
      try (Door door = new Door(optional)) {
        door.receive(sslRequest()).takeAnswers();
        door.receive(noise);
        assertThat(door.endings()).containsExactly(Ending.TLS_FAILED);
        assertThat(door.isOpen()).isFalse();
      }
    }
  }

  private static void shakeHands(TlsClient client, Door door) {
    for (int flight = 0; flight < 10; flight++) {
      door.receive(client.outgoing());
      byte[] answer = door.takeAnswers();
      if (answer.length == 0) {
        break;
      }
      client.receive(answer);
    }
    assertThat(client.isReady()).isTrue();
  }

  private static Opening.Session session(Door door) {
    assertThat(door.openings()).hasSize(1);
    assertThat(door.openings().getFirst().tls().map(TlsDetails::serverName))
        .isNotEqualTo(Optional.empty());
    return (Opening.Session) door.openings().getFirst();
  }

  private static byte[] record(byte[] content) {
    return ByteBuffer.allocate(5 + content.length)
        .put((byte) 0x16)
        .putShort((short) 0x0301)
        .putShort((short) content.length)
        .put(content)
        .array();
  }
}
