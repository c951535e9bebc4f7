package io.taidon.gateway.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.ssl.SslProvider;
import io.netty.pkitesting.X509Bundle;
import io.taidon.gateway.startup.Door;
import io.taidon.gateway.startup.StartupSettings;
import io.taidon.gateway.tls.ServerTls;
import io.taidon.gateway.tls.TlsClient;
import io.taidon.gateway.wire.Packets;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * ClientHellos, good and damaged, in every packaging; and for those that are good a stream inside.
 * Besides what holds for every connection: nobody opens a session that never finished a handshake.
 */
final class TlsTarget implements Target {
  private static final List<List<String>> PROTOCOLS =
      List.of(List.of("postgresql"), List.of("postgresql"), List.of(), List.of("h2"));

  private final StartupSettings settings;
  private final X509Bundle bundle;
  private final String name;
  private final List<byte[]> hellos = new ArrayList<>();

  TlsTarget(ServerTls tls, X509Bundle bundle, String name) throws Exception {
    settings = StartupSettings.plain().withTls(tls, true);
    this.bundle = bundle;
    this.name = name;
    for (List<String> protocols : PROTOCOLS) {
      try (TlsClient client = TlsClient.start(SslProvider.JDK, bundle, name, protocols)) {
        hellos.add(client.outgoing());
      }
    }
  }

  @Override
  public String run(RandomGenerator random) throws Exception {
    boolean direct = random.nextBoolean();
    try (Door door = new Door(settings)) {
      if (!direct) {
        door.receive(Packets.sslRequest()).takeAnswers();
      }
      String outcome = random.nextInt(8) == 0 ? inside(door, random) : damaged(door, random);
      boolean open = door.isOpen();
      door.end();
      assertThat(door.isOpen()).isFalse();
      assertThat(door.openings().size() + door.endings().size()).isEqualTo(1);
      return (direct ? "direct " : "asked ") + outcome + " " + open + " " + door.endings();
    }
  }

  private String damaged(Door door, RandomGenerator random) {
    byte[] hello = Mutations.damage(random, hellos.get(random.nextInt(hellos.size())));
    door.receive(Mutations.pieces(random, hello));
    // With what the client has sent there is no key yet.
    assertThat(door.openings()).isEmpty();
    byte[] answer = door.takeAnswers();
    return "damaged " + (answer.length == 0 ? "silence" : String.valueOf(answer[0]));
  }

  private String inside(Door door, RandomGenerator random) throws Exception {
    try (TlsClient client = TlsClient.start(SslProvider.JDK, bundle, name, PROTOCOLS.getFirst())) {
      for (int flights = 0; flights < 4 && !client.isReady(); flights++) {
        door.receive(Mutations.pieces(random, client.outgoing()));
        client.receive(door.takeAnswers());
      }
      assertThat(client.isReady()).isTrue();
      byte[] stream = Grammar.stream(random, false);
      byte[] encrypted = client.send(stream).outgoing();
      boolean broken = random.nextInt(4) == 0;
      door.receive(
          Mutations.pieces(random, broken ? Mutations.damage(random, encrypted) : encrypted));
      return "inside " + (broken ? "broken " : "") + door.openings().size();
    }
  }
}
