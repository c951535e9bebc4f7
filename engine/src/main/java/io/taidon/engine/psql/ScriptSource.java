package io.taidon.engine.psql;

import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import io.taidon.core.state.ContentHasher;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.function.LongConsumer;

/**
 * The bytes of one script as psql's lexer meets them: one line at a time, with the values of
 * variables standing in front of the rest of the line while they are expanded. Hashes what is
 * consumed. Memory is constant but for a line's backslash command.
 *
 * <p>Not thread-safe.
 */
final class ScriptSource {
  private static final int INITIAL_BUFFER_BYTES = 1 << 16;

  /** The longest backslash command with its arguments, and the furthest look-ahead. */
  static final int MAX_COMMAND_BYTES = 1 << 20;

  private record Binary(String hint, int... magic) {}

  private static final Binary[] BINARIES = {
    new Binary(
        "It is a pg_dump archive: restore it to SQL with pg_restore -f.", 'P', 'G', 'D', 'M', 'P'),
    new Binary("It is compressed with gzip: unpack it first.", 0x1f, 0x8b),
    new Binary("It is compressed with zstd: unpack it first.", 0x28, 0xb5, 0x2f, 0xfd),
    new Binary("It is compressed with bzip2: unpack it first.", 'B', 'Z', 'h'),
    new Binary("It is compressed with xz: unpack it first.", 0xfd, '7', 'z', 'X', 'Z'),
    new Binary("It is a zip archive: unpack it first.", 'P', 'K', 3, 4),
    new Binary("It is UTF-16: convert it to UTF-8.", 0xff, 0xfe),
    new Binary("It is UTF-16: convert it to UTF-8.", 0xfe, 0xff),
  };

  private static final class Expansion {
    final String variable;
    final byte[] value;
    int position;

    Expansion(String variable, byte[] value) {
      this.variable = variable;
      this.value = value;
    }
  }

  private final InputStream in;
  private final String placeName;
  private final ContentHasher hasher;
  private final LongConsumer meter;
  private final Deque<Expansion> expansions = new ArrayDeque<>();
  private byte[] buffer = new byte[INITIAL_BUFFER_BYTES];
  private int position;
  private int limit;
  private int unhashed;
  private boolean ended;
  private boolean inspected;
  private long line = 1;

  /**
   * @param placeName names the script in messages
   * @param meter is told the number of bytes of each read, and may throw
   */
  ScriptSource(InputStream in, String placeName, ContentHasher hasher, LongConsumer meter) {
    this.in = in;
    this.placeName = placeName;
    this.hasher = hasher;
    this.meter = meter;
    refuseBinary();
    refuseNul(0, limit);
    inspected = true;
    if (startsWith(0xef, 0xbb, 0xbf)) {
      position = 3;
    }
  }

  /** The number of the present line, from 1. */
  long line() {
    return line;
  }

  /**
   * The byte {@code ahead} of the present one, or -1 where the line, or the variable's value that
   * is being expanded, ends before it.
   */
  int peek(int ahead) {
    Expansion top = expansions.peek();
    if (top != null) {
      int at = top.position + ahead;
      return at < top.value.length ? top.value[at] & 0xff : -1;
    }
    if (position + ahead >= limit && !has(ahead + 1)) {
      return -1;
    }
    byte b = buffer[position + ahead];
    return b == '\n' ? -1 : b & 0xff;
  }

  /** Consumes bytes that were peeked at. */
  void advance(int count) {
    Expansion top = expansions.peek();
    if (top != null) {
      top.position += count;
    } else {
      position += count;
    }
  }

  /** Consumes bytes that were peeked at. */
  String take(int count) {
    if (count == 2 && peek(0) == '$' && peek(1) == '$') {
      // By far the most frequent, and a large script may have millions.
      advance(2);
      return "$$";
    }
    StringBuilder taken = new StringBuilder(count);
    for (int i = 0; i < count; i++) {
      taken.append((char) peek(i));
    }
    advance(count);
    return taken.toString();
  }

  void expand(String variable, String value) {
    expansions.push(new Expansion(variable, ByteText.bytes(value)));
  }

  boolean isExpanding(String variable) {
    return expansions.stream().anyMatch(e -> e.variable.equals(variable));
  }

  boolean isExpanding() {
    return !expansions.isEmpty();
  }

  /** Leaves the innermost variable; false if there is none. */
  boolean endExpansion() {
    return expansions.poll() != null;
  }

  /** Goes to the next line; false at the end of the script. Call at the end of a line only. */
  boolean nextLine() {
    if (!has(1)) {
      return false;
    }
    position++;
    line++;
    return has(1);
  }

  /** The rest of the line with what is being expanded in front of it. */
  String remainder() {
    ByteArrayOutputStream rest = new ByteArrayOutputStream();
    for (Expansion e : expansions) {
      rest.write(e.value, e.position, e.value.length - e.position);
    }
    int length = 0;
    while (has(length + 1) && buffer[position + length] != '\n') {
      length++;
      if (length > MAX_COMMAND_BYTES) {
        throw TaidonException.of(
                ErrorCode.INVALID_SCRIPT,
                placeName + ":" + line + ": a backslash command is longer than 1 MiB.")
            .with("file", placeName)
            .with("line", Long.toString(line));
      }
    }
    rest.write(buffer, position, length);
    return ByteText.of(rest.toByteArray());
  }

  /** All of a text that is one backslash command, whatever its lines. */
  String whole(int length) {
    if (!has(length)) {
      throw new IllegalArgumentException("the text is shorter than " + length + " bytes");
    }
    return ByteText.of(Arrays.copyOfRange(buffer, position, position + length));
  }

  /** Consumes bytes of what {@link #remainder()} or {@link #whole} gave. */
  void consume(int count) {
    int left = count;
    while (left > 0) {
      Expansion top = expansions.peek();
      if (top == null) {
        position += left;
        return;
      }
      int taken = Math.min(left, top.value.length - top.position);
      top.position += taken;
      left -= taken;
      if (left > 0) {
        expansions.pop();
      }
    }
  }

  /** Skips inline COPY data: whole lines up to and with a line {@code \.}, or to the end. */
  void skipCopyData() {
    while (has(1)) {
      boolean last = isEndOfData();
      boolean more = skipLine();
      if (last || !more) {
        return;
      }
    }
  }

  private boolean isEndOfData() {
    if (buffer[position] != '\\' || !has(2) || buffer[position + 1] != '.') {
      return false;
    }
    if (!has(3) || buffer[position + 2] == '\n') {
      return true;
    }
    return buffer[position + 2] == '\r' && (!has(4) || buffer[position + 3] == '\n');
  }

  private boolean skipLine() {
    while (has(1)) {
      while (position < limit) {
        if (buffer[position++] == '\n') {
          line++;
          return true;
        }
      }
    }
    return false;
  }

  /** Hashes all that was consumed and not yet hashed or left out. */
  void hashConsumed() {
    hasher.text(buffer, unhashed, position - unhashed);
    unhashed = position;
  }

  /** Leaves what was consumed since {@link #hashConsumed()} out of the hash. */
  void leaveOutConsumed() {
    unhashed = position;
  }

  /** Whether {@code count} bytes are in the buffer from the present position; reads if need be. */
  private boolean has(int count) {
    while (limit - position < count) {
      if (ended || count > MAX_COMMAND_BYTES * 2) {
        return false;
      }
      makeRoom();
      fill();
    }
    return true;
  }

  private void makeRoom() {
    if (position > 0) {
      hashConsumed();
      System.arraycopy(buffer, position, buffer, 0, limit - position);
      limit -= position;
      position = 0;
      unhashed = 0;
    }
    if (limit == buffer.length) {
      buffer = Arrays.copyOf(buffer, buffer.length * 2);
    }
  }

  private void fill() {
    try {
      int read = in.read(buffer, limit, buffer.length - limit);
      if (read < 0) {
        ended = true;
        return;
      }
      meter.accept(read);
      if (inspected) {
        refuseNul(limit, limit + read);
      }
      limit += read;
    } catch (IOException e) {
      throw TaidonException.of(
              ErrorCode.FILE_UNREADABLE, placeName + " cannot be read: " + e.getMessage() + ".", e)
          .with("file", placeName);
    }
  }

  private void refuseNul(int from, int to) {
    for (int i = from; i < to; i++) {
      if (buffer[i] == 0) {
        long at = line;
        for (int j = position; j < i; j++) {
          at += buffer[j] == '\n' ? 1 : 0;
        }
        throw notText(at);
      }
    }
  }

  private void refuseBinary() {
    for (Binary binary : BINARIES) {
      if (startsWith(binary.magic())) {
        throw notText(1).remedy(binary.hint());
      }
    }
  }

  private boolean startsWith(int... bytes) {
    for (int i = 0; i < bytes.length; i++) {
      if (!has(i + 1) || (buffer[i] & 0xff) != bytes[i]) {
        return false;
      }
    }
    return true;
  }

  private TaidonException notText(long at) {
    return TaidonException.of(
            ErrorCode.INVALID_SCRIPT, placeName + ":" + at + ": this is not a text file.")
        .with("file", placeName)
        .with("line", Long.toString(at));
  }
}
