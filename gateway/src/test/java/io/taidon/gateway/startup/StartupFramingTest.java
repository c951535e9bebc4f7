package io.taidon.gateway.startup;

import static io.taidon.gateway.wire.Packets.cancel;
import static io.taidon.gateway.wire.Packets.gssencRequest;
import static io.taidon.gateway.wire.Packets.joined;
import static io.taidon.gateway.wire.Packets.sslRequest;
import static io.taidon.gateway.wire.Packets.startup;
import static io.taidon.gateway.wire.Packets.untyped;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.taidon.gateway.wire.Parameter;
import io.taidon.gateway.wire.ProtocolVersion;
import io.taidon.gateway.wire.Splits;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each case of a plain connection's first packets, in each way the network may cut it. */
class StartupFramingTest {
  private static final StartupSettings PLAIN = StartupSettings.plain();

  @Test
  void nothingThenCloseIsAProbe() {
    try (Door door = new Door(PLAIN)) {
      door.end();
      assertThat(door.endings()).containsExactly(Ending.PROBE);
      assertThat(door.answers()).isEmpty();
    }
  }

  @Test
  void aPacketCutShortIsClosedWithoutAWord() {
    byte[] whole = startup("user", "alice");
    for (int length = 1; length < whole.length; length++) {
      try (Door door = new Door(PLAIN)) {
        door.receive(Arrays.copyOf(whole, length));
        assertThat(door.isOpen()).isTrue();
        door.end();
        assertThat(door.endings()).containsExactly(Ending.CUT_SHORT);
        assertThat(door.answers()).isEmpty();
      }
    }
  }

  @Test
  void aClientThatClosesItsHalfHasNothingMoreToSay() {
    try (Door door = new Door(PLAIN)) {
      door.receive(new byte[] {0});
      door.channel().pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
      assertThat(door.isOpen()).isFalse();
      assertThat(door.endings()).containsExactly(Ending.CUT_SHORT);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 4, 7, 10_005, 1 << 24, Integer.MAX_VALUE, Integer.MIN_VALUE, -1})
  void anImpossibleLengthIsClosedWithoutAWordAndWithoutMemory(int length) {
    eachSplit(
        ByteBuffer.allocate(4).putInt(length).array(),
        door -> {
          assertThat(door.endings()).containsExactly(Ending.NOT_POSTGRES);
          assertThat(door.answers()).isEmpty();
          assertThat(door.isOpen()).isFalse();
          assertThat(door.lost()).isZero();
        });
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET / HTTP/1.1\r\nHost: x\r\n\r\n", "SSH-2.0-OpenSSH_9.6\r\n"})
  void otherProtocolsAreClosedWithoutAWord(String greeting) {
    eachSplit(
        greeting.getBytes(US_ASCII),
        door -> {
          assertThat(door.endings()).containsExactly(Ending.NOT_POSTGRES);
          assertThat(door.answers()).isEmpty();
        });
  }

  @Test
  void theLongestPacketIsRead() {
    String value = "x".repeat(10_004 - startup("user", "alice", "a", "").length);
    byte[] longest = startup("user", "alice", "a", value);
    assertThat(longest).hasSize(10_004);
    try (Door door = new Door(PLAIN)) {
      door.receive(longest);
      assertThat(session(door).message().last("a")).contains(value);
    }
  }

  @Test
  void aMissingTerminatorIsAFault() {
    byte[] whole = startup("user", "alice", "database", "d");
    byte[] trailing = untyped(3 << 16, joined(tail(whole, 8), new byte[] {'x'}));
    byte[] unfinished = untyped(3 << 16, "user\0alice".getBytes(US_ASCII));
    byte[] noEnd = untyped(3 << 16, "user\0alice\0".getBytes(US_ASCII));
    byte[] empty = untyped(3 << 16, new byte[0]);
    for (byte[] packet : List.of(trailing, unfinished, noEnd, empty)) {
      eachSplit(
          packet,
          door ->
              assertRefused(
                  door,
                  "08P01",
                  "invalid startup packet layout: expected terminator as last byte"));
    }
  }

  @Test
  void aMissingUserIsAFault() {
    for (byte[] packet : List.of(startup("database", "d"), startup("user", ""), startup())) {
      eachSplit(
          packet,
          door ->
              assertRefused(door, "28000", "no PostgreSQL user name specified in startup packet"));
    }
  }

  @Test
  void theDatabaseIsTheUserUnlessItIsNamed() {
    assertThat(read(startup("user", "alice")).database()).isEqualTo("alice");
    assertThat(read(startup("user", "alice", "database", "")).database()).isEqualTo("alice");
    assertThat(read(startup("user", "alice", "database", "d")).database()).isEqualTo("d");
  }

  @Test
  void ofDuplicatesTheLastCounts() {
    StartupMessage message =
        read(startup("user", "alice", "database", "a", "user", "bob", "database", "b"));
    assertThat(message.user()).isEqualTo("bob");
    assertThat(message.database()).isEqualTo("b");
    assertThat(message.parameters()).hasSize(4);
  }

  @Test
  void everyByteBut0IsKept() {
    byte[] all = new byte[255];
    for (int i = 0; i < all.length; i++) {
      all[i] = (byte) (i + 1);
    }
    String every = new String(all, ISO_8859_1);
    StartupMessage message = read(startup("user", every, every, every));
    assertThat(message.parameters())
        .containsExactly(new Parameter("user", every), new Parameter(every, every));
  }

  @ParameterizedTest
  @CsvSource({
    "true,PHYSICAL",
    "t,PHYSICAL",
    "1,PHYSICAL",
    "on,PHYSICAL",
    "YES,PHYSICAL",
    "database,LOGICAL",
    "false,",
    "0,",
    "of,",
    "n,",
    "F,"
  })
  void replicationIsReadAsPostgresDoes(String value, Replication expected) {
    assertThat(read(startup("user", "alice", "replication", value)).replication())
        .isEqualTo(Optional.ofNullable(expected));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "o", "maybe", "DATABASE", "truee", "2"})
  void nonsensicalReplicationIsAFault(String value) {
    eachSplit(
        startup("user", "alice", "replication", value),
        door ->
            assertRefused(
                door, "22023", "invalid value for parameter \"replication\": \"" + value + "\""));
  }

  @Test
  void bytesBehindTheStartupMessageReachTheNextHandlerInOrder() {
    byte[] early = "p\0\0\0\7pw\0Q\0\0\0\5\0".getBytes(US_ASCII);
    eachSplit(
        joined(startup("user", "alice"), early),
        door -> {
          assertThat(session(door).message().user()).isEqualTo("alice");
          assertThat(door.ahead()).isEqualTo(early);
          assertThat(door.channel().pipeline().get(StartupHandler.class)).isNull();
        });
  }

  @Test
  void aKnownVersionNeedsNoNegotiation() {
    assertThat(read(startup(3 << 16, "user", "a")).negotiation()).isEmpty();
    StartupMessage newest = read(startup(3 << 16 | 2, "user", "a"));
    assertThat(newest.negotiation()).isEmpty();
    assertThat(newest.agreed()).isEqualTo(ProtocolVersion.V3_2);
  }

  @Test
  void greaseIsNegotiatedDownWithItsOption() {
    StartupMessage grease =
        read(startup(3 << 16 | 9999, "user", "a", "_pq_.test_protocol_negotiation", ""));
    assertThat(grease.negotiation())
        .contains(new NegotiationNeed(2, List.of("_pq_.test_protocol_negotiation")));
    assertThat(grease.agreed()).isEqualTo(ProtocolVersion.V3_2);
  }

  @Test
  void optionsOfTheProtocolAreReportedFor30AsWell() {
    StartupMessage message = read(startup("user", "a", "_pq_.b", "1", "_pq_.a", "", "_pq", "x"));
    assertThat(message.negotiation()).contains(new NegotiationNeed(0, List.of("_pq_.b", "_pq_.a")));
  }

  @Test
  void theVersion31ThatNeverWasGoesDownTo30() {
    StartupMessage message = read(startup(3 << 16 | 1, "user", "a"));
    assertThat(message.negotiation()).contains(new NegotiationNeed(0, List.of()));
  }

  @ParameterizedTest
  @CsvSource({"2.0,131072", "4.0,262144", "0.0,0", "1234.5681,80877105", "65535.65535,-1"})
  void otherMajorVersionsAreAFault(String name, int code) {
    eachSplit(
        startup(code, "user", "alice"),
        door ->
            assertRefused(
                door,
                "0A000",
                "unsupported frontend protocol " + name + ": server supports 3.0 to 3.2"));
  }

  @ParameterizedTest
  @ValueSource(ints = {4, 5, 32, 256})
  void cancelKeysOfEveryLengthArePassedOn(int length) {
    byte[] key = new byte[length];
    new Random(length).nextBytes(key);
    eachSplit(
        cancel(-42, key),
        door -> {
          assertThat(door.openings()).hasSize(1);
          Opening.Cancel cancel = (Opening.Cancel) door.openings().getFirst();
          assertThat(cancel.pid()).isEqualTo(-42);
          assertThat(cancel.key()).isEqualTo(key);
          assertThat(cancel.client()).isEqualTo(Door.CLIENT);
          assertThat(door.answers()).isEmpty();
        });
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 3, 257})
  void otherCancelKeysAreClosedWithoutAWord(int length) {
    eachSplit(
        cancel(1, new byte[length]),
        door -> {
          assertThat(door.endings()).containsExactly(Ending.MALFORMED_CANCEL);
          assertThat(door.answers()).isEmpty();
        });
    eachSplit(
        untyped(1234 << 16 | 5678, new byte[0]),
        door -> assertThat(door.endings()).containsExactly(Ending.MALFORMED_CANCEL));
  }

  @Test
  void withoutTlsBothRequestsAreDeniedOnceEachInAnyOrder() {
    for (List<byte[]> order :
        List.of(
            List.of(sslRequest()),
            List.of(gssencRequest()),
            List.of(sslRequest(), gssencRequest()),
            List.of(gssencRequest(), sslRequest()))) {
      for (List<byte[]> pieces : Splits.of(startup("user", "alice"))) {
        try (Door door = new Door(PLAIN)) {
          for (byte[] request : order) {
            int before = door.answers().length;
            for (byte one : request) {
              assertThat(door.answers()).hasSize(before);
              door.receive(new byte[] {one});
            }
          }
          assertThat(door.answerText()).isEqualTo("N".repeat(order.size()));
          door.receive(pieces);
          assertThat(session(door).tls()).isEmpty();
        }
      }
    }
  }

  @Test
  void aRepeatedRequestIsAVersionThatWeDoNotSpeak() {
    try (Door door = new Door(PLAIN)) {
      door.receive(sslRequest()).receive(sslRequest());
      assertRefused(
          door, "0A000", "unsupported frontend protocol 1234.5679: server supports 3.0 to 3.2");
    }
    try (Door door = new Door(PLAIN)) {
      door.receive(gssencRequest()).receive(sslRequest()).receive(gssencRequest());
      assertRefused(
          door, "0A000", "unsupported frontend protocol 1234.5680: server supports 3.0 to 3.2");
    }
  }

  @Test
  void bytesThatCameWithARequestForEncryptionAreAFault() {
    try (Door door = new Door(PLAIN)) {
      door.receive(joined(sslRequest(), startup("user", "mallory")));
      assertThat(door.endings()).containsExactly(Ending.INJECTED);
      assertThat(door.answerText()).contains("C08P01\0", "unencrypted data after SSL request");
      assertThat(door.openings()).isEmpty();
    }
    try (Door door = new Door(PLAIN)) {
      door.receive(joined(gssencRequest(), new byte[] {0}));
      assertThat(door.endings()).containsExactly(Ending.INJECTED);
      assertThat(door.answerText()).contains("after GSSAPI encryption request");
    }
  }

  @Test
  void aRequestForEncryptionHasEightBytes() {
    eachSplit(
        untyped(1234 << 16 | 5679, new byte[] {1}),
        door -> assertRefused(door, "08P01", "invalid length of a request for SSL"));
  }

  @Test
  void tlsFromTheFirstByteIsClosedWhereThereIsNoTls() {
    try (Door door = new Door(PLAIN)) {
      door.receive(new byte[] {0x16, 3, 1});
      assertThat(door.endings()).containsExactly(Ending.TLS_FAILED);
      assertThat(door.answers()).isEmpty();
    }
  }

  @Test
  void tricklingBytesDoNotMoveTheDeadline() {
    StartupSettings settings = PLAIN.withLoginDeadline(Duration.ofSeconds(15));
    byte[] packet = startup("user", "alice");
    try (Door door = new Door(settings)) {
      door.channel().freezeTime();
      for (int i = 0; i < 14; i++) {
        door.receive(new byte[] {packet[i]});
        door.channel().advanceTimeBy(1, TimeUnit.SECONDS);
        door.channel().runScheduledPendingTasks();
        assertThat(door.isOpen()).isTrue();
      }
      door.channel().advanceTimeBy(1, TimeUnit.SECONDS);
      door.channel().runScheduledPendingTasks();
      assertThat(door.endings()).containsExactly(Ending.TOO_LATE);
      assertThat(door.isOpen()).isFalse();
    }
  }

  @Test
  void theDeadlineGoesOnAfterTheOpeningUntilItIsMet() {
    for (boolean met : new boolean[] {false, true}) {
      try (Door door = new Door(PLAIN)) {
        door.channel().freezeTime();
        door.receive(startup("user", "alice"));
        if (met) {
          session(door).deadline().met();
        }
        door.channel().advanceTimeBy(16, TimeUnit.SECONDS);
        door.channel().runScheduledPendingTasks();
        assertThat(door.isOpen()).isEqualTo(met);
      }
    }
  }

  private static void eachSplit(byte[] stream, Consumer<Door> assertions) {
    for (List<byte[]> pieces : Splits.of(stream)) {
      try (Door door = new Door(PLAIN)) {
        door.receive(pieces);
        assertions.accept(door);
      }
    }
  }

  private static StartupMessage read(byte[] packet) {
    try (Door door = new Door(PLAIN)) {
      return session(door.receive(packet)).message();
    }
  }

  private static Opening.Session session(Door door) {
    assertThat(door.openings()).hasSize(1);
    return (Opening.Session) door.openings().getFirst();
  }

  static void assertRefused(Door door, String code, String message) {
    assertThat(door.answerText()).contains("SFATAL\0VFATAL\0C" + code + "\0M" + message + "\0");
    assertThat(door.endings()).containsExactly(Ending.REFUSED);
    assertThat(door.openings()).isEmpty();
    assertThat(door.isOpen()).isFalse();
  }

  private static byte[] tail(byte[] packet, int from) {
    return Arrays.copyOfRange(packet, from, packet.length);
  }
}
