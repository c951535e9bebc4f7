package io.taidon.gateway.fuzz;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.taidon.gateway.wire.Packets;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.random.RandomGenerator;

/** What clients send, as far as a grammar of their packets goes. */
final class Grammar {
  private static final byte[] PROXY_SIGNATURE = HexFormat.of().parseHex("0d0a0d0a000d0a515549540a");
  private static final List<String> NAMES =
      List.of(
          "user",
          "user",
          "user",
          "database",
          "options",
          "options",
          "replication",
          "application_name",
          "_pq_.x",
          "_pq_.",
          "taidon.instance",
          "taidon.auth",
          "TAIDON.x",
          "client_encoding",
          "\u00ff");
  private static final List<String> VALUES =
      List.of(
          "alice",
          "app~pr-1",
          "app~pr-1",
          "app~token",
          "~x",
          "a~",
          "a~b~c",
          "shop~pr-2",
          "pr-1",
          "pr-1.team",
          "token",
          "",
          "database",
          "true",
          "off",
          "2",
          "\u0080\u00ff",
          "Not A Name",
          "x".repeat(64),
          "y".repeat(300) + "~pr-1",
          "-ctaidon.instance=pr-1");
  private static final List<String> OPTIONS =
      List.of(
          "-c",
          "-c ",
          " ",
          "\t",
          "--",
          "-",
          "=",
          "\\",
          "\\ ",
          "-Ec ",
          "-S ",
          "8 ",
          "taidon.instance=pr-1",
          "taidon.instance=pr-2",
          "--taidon.instance=pr-1 ",
          "taidon.auth=token",
          "taidon.",
          "TAIDON.INSTANCE",
          "work_mem=1\\ MB ",
          "a=b",
          "-z ");
  private static final int[] VERSIONS = {
    3 << 16, 3 << 16, 3 << 16, 3 << 16 | 2, 3 << 16 | 1, 3 << 16 | 9999, 2 << 16, 4 << 16
  };

  private Grammar() {}

  /**
   * A whole stream of a client, from its first byte.
   *
   * @param proxied whether there should be a PROXY header
   */
  static byte[] stream(RandomGenerator random, boolean proxied) {
    byte[] all = new byte[0];
    if (proxied != (random.nextInt(16) == 0)) {
      all = proxyHeader(random);
    }
    for (int packets = 1 + random.nextInt(3); packets > 0; packets--) {
      all = Packets.joined(all, packet(random));
    }
    return random.nextBoolean() ? all : Mutations.damage(random, all);
  }

  static byte[] packet(RandomGenerator random) {
    return switch (random.nextInt(12)) {
      case 0 -> Packets.sslRequest();
      case 1 -> Packets.gssencRequest();
      case 2 -> Packets.cancel(random.nextInt(), bytes(random, keyLength(random)));
      case 3 -> bytes(random, random.nextInt(40));
      case 4 -> frame(random);
      case 5 -> Packets.untyped(VERSIONS[random.nextInt(VERSIONS.length)], bytes(random, 30));
      default -> startup(random);
    };
  }

  static byte[] startup(RandomGenerator random) {
    List<String> all = new ArrayList<>();
    if (random.nextInt(8) != 0) {
      all.add("user");
      all.add(pick(random, VALUES));
    }
    for (int more = random.nextInt(5); more > 0; more--) {
      String name = pick(random, NAMES);
      all.add(name);
      all.add(name.equals("options") ? options(random) : pick(random, VALUES));
    }
    if (random.nextInt(200) == 0) {
      all.add("padding");
      all.add("p".repeat(random.nextInt(11_000)));
    }
    return Packets.startup(VERSIONS[random.nextInt(VERSIONS.length)], all.toArray(String[]::new));
  }

  /** A message with a type: a password, a SASL response, or what comes later. */
  static byte[] frame(RandomGenerator random) {
    byte[] body = random.nextBoolean() ? saslBody(random) : bytes(random, random.nextInt(30));
    return ByteBuffer.allocate(5 + body.length)
        .put((byte) "pppQXR".charAt(random.nextInt(6)))
        .putInt(4 + body.length)
        .put(body)
        .array();
  }

  static byte[] saslBody(RandomGenerator random) {
    byte[] first = scramFirst(random).getBytes(ISO_8859_1);
    String mechanism = random.nextBoolean() ? "SCRAM-SHA-256" : "SCRAM-SHA-256-PLUS";
    return ByteBuffer.allocate(mechanism.length() + 5 + first.length)
        .put(mechanism.getBytes(ISO_8859_1))
        .put((byte) 0)
        .putInt(first.length)
        .put(first)
        .array();
  }

  static String scramFirst(RandomGenerator random) {
    String header =
        pick(random, List.of("n,,", "y,,", "p=tls-server-end-point,,", "p=x,,", "n,a=b,", ""));
    return header + pick(random, List.of("n=,", "n=alice,", "m=x,", "")) + "r=" + nonce(random);
  }

  static byte[] proxyHeader(RandomGenerator random) {
    byte[] addresses = bytes(random, random.nextInt(50));
    return ByteBuffer.allocate(16 + addresses.length)
        .put(PROXY_SIGNATURE)
        .put((byte) (random.nextBoolean() ? 0x21 : 0x20))
        .put(new byte[] {0, 0x11, 0x21, 0x12, 0x31}[random.nextInt(5)])
        .putShort((short) addresses.length)
        .put(addresses)
        .array();
  }

  static String options(RandomGenerator random) {
    StringBuilder all = new StringBuilder();
    for (int words = random.nextInt(8); words > 0; words--) {
      all.append(pick(random, OPTIONS));
    }
    return all.toString();
  }

  static byte[] bytes(RandomGenerator random, int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  static String pick(RandomGenerator random, List<String> all) {
    return all.get(random.nextInt(all.size()));
  }

  private static String nonce(RandomGenerator random) {
    return Integer.toHexString(random.nextInt(1 << 24));
  }

  private static int keyLength(RandomGenerator random) {
    return new int[] {4, 4, 32, 256, 3, 0, 257}[random.nextInt(7)];
  }
}
