package io.taidon.gateway.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.UnpooledByteBufAllocator;
import io.taidon.gateway.auth.SaslInitialResponse;
import io.taidon.gateway.proxy.TrustedNetworks;
import io.taidon.gateway.route.RouteSettings;
import io.taidon.gateway.route.Router;
import io.taidon.gateway.route.Routing;
import io.taidon.gateway.route.Target;
import io.taidon.gateway.startup.Door;
import io.taidon.gateway.startup.Ending;
import io.taidon.gateway.startup.Opening;
import io.taidon.gateway.startup.StartupMessage;
import io.taidon.gateway.startup.StartupSettings;
import io.taidon.gateway.tls.ServerTls;
import io.taidon.gateway.wire.FrameDecoder;
import io.taidon.gateway.wire.FrameLimits;
import io.taidon.gateway.wire.Framing;
import io.taidon.gateway.wire.Packets;
import io.taidon.gateway.wire.Parameter;
import io.taidon.gateway.wire.ProtocolVersion;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A whole stream through the startup handler, then the router and the frame decoder. However it is
 * cut: nothing escapes, nothing is lost; the connection has opened, or has ended, or waits for more
 * with good reason and then ends at the deadline; and it has ended once its client has.
 */
final class DoorTarget implements io.taidon.gateway.fuzz.Target {
  /** What a connection may hold that waits: the longest packet, and one more piece. */
  private static final int MOST_HELD = 2 * 16 * 1024;

  /** The settings for which a header has to come first. */
  private static final int PROXIED = 3;

  private static final Pattern CODE = Pattern.compile("C([0-9A-Z]{5})\0");
  private static final List<String> SERVER_NAMES =
      List.of("pr-1.db.example.com", "pr-2.team.db.example.com", "a.b.c.db.example.com", "else");

  private final List<StartupSettings> settings;
  private final Router router = new Router(new RouteSettings(List.of("db.example.com")));

  DoorTarget(ServerTls tls) {
    StartupSettings plain = StartupSettings.plain();
    TrustedNetworks everybody = TrustedNetworks.of(List.of("0.0.0.0/0"));
    settings =
        List.of(
            plain,
            plain.withTls(tls, false),
            plain.withTls(tls, true),
            plain.withProxies(everybody));
  }

  @Override
  public String run(RandomGenerator random) {
    int which = random.nextInt(settings.size());
    byte[] stream = Grammar.stream(random, which == PROXIED);
    Optional<String> serverName =
        random.nextInt(3) == 0 ? Optional.of(Grammar.pick(random, SERVER_NAMES)) : Optional.empty();
    String outcome =
        once(settings.get(which), Mutations.pieces(random, stream), serverName, random);
    if (which == 0 && isNoEncryptionRequest(stream)) {
      String again = once(settings.getFirst(), List.of(stream), serverName, random);
      assertThat(again).as("the same stream in one piece").isEqualTo(outcome);
      checkAgainstLength(stream, outcome);
    }
    return which + " " + outcome;
  }

  private String once(
      StartupSettings with,
      List<byte[]> pieces,
      Optional<String> serverName,
      RandomGenerator random) {
    try (Door door = new Door(with)) {
      door.channel().freezeTime();
      door.receive(pieces);
      assertThat(door.openings().size() + door.endings().size()).isLessThanOrEqualTo(1);
      if (!door.openings().isEmpty()) {
        return opened(door, serverName);
      }
      assertThat(door.lost()).isLessThan(MOST_HELD);
      if (!door.endings().isEmpty()) {
        assertThat(door.isOpen()).isFalse();
        return "ended " + door.endings() + codes(door);
      }
      return waiting(door, random.nextBoolean());
    }
  }

  private static String waiting(Door door, boolean deadline) {
    assertThat(door.isOpen()).isTrue();
    if (deadline) {
      door.channel().advanceTimeBy(15, TimeUnit.SECONDS);
      door.channel().runScheduledPendingTasks();
      assertThat(door.endings()).containsExactly(Ending.TOO_LATE);
    } else {
      door.end();
      assertThat(door.endings()).hasSize(1).isSubsetOf(Ending.PROBE, Ending.CUT_SHORT);
    }
    assertThat(door.isOpen()).isFalse();
    return "waited" + codes(door);
  }

  private String opened(Door door, Optional<String> serverName) {
    return switch (door.openings().getFirst()) {
      case Opening.Cancel cancel -> {
        assertThat(cancel.key().length).isBetween(4, 256);
        yield "cancel";
      }
      case Opening.Session session -> {
        StartupMessage message = session.message();
        assertThat(message.user()).isNotEmpty();
        assertThat(message.version().major()).isEqualTo(3);
        yield "session "
            + message.negotiation().map(need -> need.newestMinor())
            + route(message, serverName)
            + frames(door.ahead());
      }
    };
  }

  private String route(StartupMessage message, Optional<String> serverName) {
    return switch (router.route(message, serverName)) {
      case Routing.To to -> " to " + to.source() + check(to.target());
      case Routing.ByToken byToken -> " by token" + check(byToken.target());
      case Routing.Nowhere nowhere -> {
        UnpooledByteBufAllocator alloc = Packets.countingAllocator();
        Packets.bytes(io.taidon.gateway.wire.Messages.error(alloc, nowhere.fault()));
        yield " " + nowhere.getClass().getSimpleName();
      }
    };
  }

  /** What goes to the backend names nobody twice, has nothing of ours left, and can be sent. */
  private String check(Target target) {
    List<Parameter> parameters = target.parameters("postgres");
    for (String once : List.of("user", "database", "options")) {
      assertThat(parameters.stream().filter(p -> p.name().equals(once)).count())
          .isLessThanOrEqualTo(1);
    }
    assertThat(target.role()).isNotEmpty();
    assertThat(parameters).noneMatch(p -> p.name().startsWith("_pq_."));

    List<Parameter> again = new ArrayList<>(target.settings());
    again.add(new Parameter("user", "r~fixpoint"));
    Routing routing =
        router.route(new StartupMessage(ProtocolVersion.V3_0, again), Optional.empty());
    assertThat(routing).isInstanceOf(Routing.To.class);
    Routing.To to = (Routing.To) routing;
    assertThat(to.instance().text()).isEqualTo("fixpoint");
    assertThat(to.target().settings()).isEqualTo(target.settings());
    return " %s %s %s"
        .formatted(target.credential(), target.database().isPresent(), target.replication());
  }

  private static String frames(byte[] ahead) {
    UnpooledByteBufAllocator alloc = Packets.countingAllocator();
    StringBuilder seen = new StringBuilder();
    try (FrameDecoder decoder = new FrameDecoder(alloc)) {
      decoder.add(alloc.buffer(Math.max(1, ahead.length)).writeBytes(ahead));
      FrameLimits limits = FrameLimits.only('p', 1000);
      while (decoder.next(limits) instanceof Framing.Frame frame) {
        byte[] body = Packets.bytes(frame.body());
        seen.append(SaslInitialResponse.parse(body).isPresent() ? " sasl" : " password");
      }
      seen.append(decoder.next(limits) instanceof Framing.Broken ? " broken" : "");
    }
    assertThat(Packets.lost(alloc)).isZero();
    return seen.toString();
  }

  private static boolean isNoEncryptionRequest(byte[] stream) {
    // Whether bytes come with a request or after its answer matters, and must.
    String text = Packets.text(stream);
    return !text.contains("\u0004\u00d2\u0016\u002f") && !text.contains("\u0004\u00d2\u0016\u0030");
  }

  /** Says independently of the handler when a plain connection may wait. */
  private static void checkAgainstLength(byte[] stream, String outcome) {
    boolean mayWait = stream.length < 4 && (stream.length == 0 || stream[0] != 0x16);
    if (stream.length >= 4 && stream[0] != 0x16) {
      long length = Integer.toUnsignedLong(java.nio.ByteBuffer.wrap(stream).getInt());
      mayWait = length >= 8 && length <= 10_004 && stream.length < length;
    }
    assertThat(outcome.startsWith("waited")).isEqualTo(mayWait);
  }

  private static String codes(Door door) {
    StringBuilder all = new StringBuilder();
    Matcher found = CODE.matcher(door.answerText());
    while (found.find()) {
      all.append(' ').append(found.group(1));
    }
    return all.toString();
  }
}
