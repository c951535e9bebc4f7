package io.taidon.gateway.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HeaderWalkTest {
  private final Conversation conversation = new Conversation();
  private final ClientWalk client = new ClientWalk(conversation);
  private final ServerWalk server = new ServerWalk(conversation);

  @Test
  void messagesAreFollowedHoweverTheyAreCut() {
    ByteBuf bytes =
        Unpooled.wrappedBuffer(
            message('T', "columns"),
            message('D', "a row"),
            message('N', ""),
            message('C', "SELECT 1\0"),
            message('Z', "T"));
    for (int size = 1; size <= bytes.readableBytes(); size++) {
      Conversation cut = new Conversation();
      cut.asked();
      ServerWalk walk = new ServerWalk(cut);
      for (int from = 0; from < bytes.readableBytes(); from += size) {
        walk.over(bytes.slice(from, Math.min(size, bytes.readableBytes() - from)));
      }
      assertThat(walk.atReady()).isTrue();
      assertThat(cut.isIdle()).as("in a transaction").isFalse();
      walk.over(message('Z', "I"));
      assertThat(cut.isIdle()).isTrue();
    }
  }

  @Test
  void theMiddleOfAMessageIsNoBoundary() {
    ByteBuf row = message('D', "a row");
    for (int seen = 1; seen < row.readableBytes(); seen++) {
      ServerWalk walk = new ServerWalk(new Conversation());
      walk.over(row.slice(0, seen));
      assertThat(walk.atBoundary()).as("after %d bytes", seen).isFalse();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 3, -1, Integer.MIN_VALUE, Integer.MAX_VALUE})
  void anImpossibleLengthIsTheEndOfTheWalk(int length) {
    client.over(Unpooled.buffer().writeByte('Q').writeInt(length).writeZero(20));

    assertThat(client.isBroken()).isTrue();
    assertThat(client.atBoundary()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ";",
        "SELECT 1",
        "select  1 ;",
        "-- ping",
        "/* pool */ SELECT 1",
        "Select 'x'"
      })
  void pingsOfPoolsAreNoUse(String query) {
    client.over(message('Q', query + "\0"));

    assertThat(conversation.takeActivity()).isFalse();
    assertThat(conversation.isIdle()).as("an answer is owed").isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"SELECT 2", "SELECT 1 FROM x", "SELECT 1; DELETE FROM x", "BEGIN"})
  void everyOtherQueryIs(String query) {
    client.over(message('Q', query + "\0"));

    assertThat(conversation.takeActivity()).isTrue();
  }

  @Test
  void aPreparedPingStaysAPingUntilItsNameMeansSomethingElse() {
    client.over(message('P', "S_1\0SELECT 1\0\0\0"));
    client.over(message('B', "\0S_1\0\0\0\0\0\0\0"));
    client.over(message('S', ""));
    assertThat(conversation.takeActivity()).isFalse();
    server.over(message('Z', "I"));
    assertThat(conversation.isIdle()).isTrue();

    client.over(message('P', "S_1\0DELETE FROM x\0\0\0"));
    assertThat(conversation.takeActivity()).isTrue();
    server.over(message('Z', "I"));
    client.over(message('B', "\0S_1\0\0\0\0\0\0\0"));
    assertThat(conversation.takeActivity()).isTrue();
  }

  @Test
  void aLongQueryIsUseUntilItIsAnswered() {
    client.over(message('Q', "CREATE INDEX\0"));
    assertThat(conversation.takeActivity()).isTrue();
    assertThat(conversation.takeActivity()).as("still at it").isTrue();
    server.over(message('Z', "I"));
    assertThat(conversation.takeActivity()).isFalse();
  }

  @Test
  void aReplicationIsNoUse() {
    client.over(message('Q', "START_REPLICATION\0"));
    server.over(message('W', ""));
    assertThat(conversation.takeActivity()).as("the command itself").isTrue();
    client.over(message('d', "standby status"));
    assertThat(conversation.takeActivity()).isFalse();
    assertThat(conversation.isIdle()).as("but it is under way").isFalse();
  }

  @Test
  void aSyncBehindACopyIsNotAnswered() {
    client.over(message('P', "\0COPY x FROM STDIN\0\0\0"));
    client.over(message('S', ""));
    server.over(message('G', ""));
    client.over(message('d', "a row"));
    assertThat(conversation.isIdle()).isFalse();
    client.over(message('c', ""));
    client.over(message('S', ""));
    server.over(message('Z', "I"));

    assertThat(conversation.isIdle()).isTrue();
  }

  private static ByteBuf message(char type, String body) {
    byte[] bytes = body.getBytes(StandardCharsets.ISO_8859_1);
    return Unpooled.buffer().writeByte(type).writeInt(4 + bytes.length).writeBytes(bytes);
  }
}
