package io.taidon.gateway.relay;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Tells the queries with which connection pools ask whether the connection still lives. They come
 * for as long as the application runs, so they must not keep an instance awake. What is taken for a
 * ping by mistake is one short query that changes nothing.
 */
final class PoolPings {
  private static final int LONGEST = 48;
  private static final int MOST_NAMES = 4;
  private static final Pattern COMMENT = Pattern.compile("--[^\n]*|/\\*[^*]*\\*/");
  private static final Pattern SPACE = Pattern.compile("[\\s;]+");
  private static final Set<String> PINGS =
      Set.of("", "select 1", "select 1 as one", "select null", "select true", "select 'x'");
  private static final int[] NONE = {};

  /** Hashes of the names of prepared statements that are pings; the unnamed one is apart. */
  private int[] names = NONE;

  private boolean unnamed;

  /** Whether a simple query is a ping. */
  boolean isQuery(ByteBuf bytes, int payload, int length) {
    return length <= LONGEST && isPing(text(bytes, payload, length));
  }

  /**
   * Whether a Parse prepares a ping.
   *
   * @param length of the payload; negative if it is not all there
   */
  boolean isParse(ByteBuf bytes, int payload, int length) {
    int nameEnd = length < 0 ? -1 : zero(bytes, payload, length);
    if (nameEnd < 0) {
      unnamed = false;
      names = NONE; // whichever it prepares, it is not known as a ping any more
      return false;
    }
    int left = payload + length - nameEnd - 1;
    boolean ping = left <= LONGEST && isPing(text(bytes, nameEnd + 1, left));
    if (nameEnd == payload) {
      unnamed = ping;
    } else if (ping || names.length > 0) {
      remember(hash(bytes, payload, nameEnd), ping);
    }
    return ping;
  }

  /** Whether a Bind is for a prepared ping. */
  boolean isBind(ByteBuf bytes, int payload, int length) {
    if (!unnamed && names.length == 0) {
      return false;
    }
    int portalEnd = zero(bytes, payload, length);
    if (portalEnd < 0) {
      return false;
    }
    int name = portalEnd + 1;
    int nameEnd = zero(bytes, name, payload + length - name);
    if (nameEnd == name) {
      return unnamed;
    }
    return nameEnd > name && isKnown(hash(bytes, name, nameEnd));
  }

  private void remember(int hash, boolean ping) {
    int[] others = Arrays.stream(names).filter(name -> name != hash).toArray();
    if (ping) {
      int[] more = Arrays.copyOf(others, Math.min(others.length + 1, MOST_NAMES));
      more[more.length - 1] = hash;
      names = more;
    } else {
      names = others;
    }
  }

  private boolean isKnown(int hash) {
    for (int name : names) {
      if (name == hash) {
        return true;
      }
    }
    return false;
  }

  private static boolean isPing(String query) {
    String bare = COMMENT.matcher(query).replaceAll(" ");
    return PINGS.contains(SPACE.matcher(bare).replaceAll(" ").strip().toLowerCase(Locale.ROOT));
  }

  /** The text before the first zero byte. */
  private static String text(ByteBuf bytes, int from, int length) {
    int end = zero(bytes, from, length);
    return bytes.toString(from, end < 0 ? length : end - from, StandardCharsets.ISO_8859_1);
  }

  private static int zero(ByteBuf bytes, int from, int length) {
    return bytes.indexOf(from, from + length, (byte) 0);
  }

  private static int hash(ByteBuf bytes, int from, int end) {
    int hash = 1;
    for (int i = from; i < end; i++) {
      hash = 31 * hash + bytes.getByte(i);
    }
    return hash;
  }
}
