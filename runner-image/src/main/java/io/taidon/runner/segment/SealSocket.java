package io.taidon.runner.segment;

import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import io.taidon.core.state.StateId;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;

/**
 * Asks the node plugin to keep what is in the data directory as a state: {@code seal <id>},
 * answered by {@code ok <millis>} or {@code error <code> <sentence>}. A plugin that is being
 * restarted is waited for, and asked again; it must answer {@code ok} for a state that it has just
 * sealed.
 *
 * @param socket in the volume of the node plugin
 * @param patience how long a plugin may be away
 */
record SealSocket(Path socket, Duration patience) {
  static final Duration DEFAULT_PATIENCE = Duration.ofSeconds(60);

  private static final int MAX_ANSWER_BYTES = 4096;
  private static final Duration LOOK_EVERY = Duration.ofMillis(200);

  /**
   * Returns when the state is kept.
   *
   * @throws TaidonException with the plugin's code and sentence, else SNAPSHOT_FAILED
   */
  void seal(StateId id) throws InterruptedException {
    long deadline = System.nanoTime() + patience.toNanos();
    while (true) {
      try {
        answer(ask("seal " + id.hex() + "\n"), id);
        return;
      } catch (ClosedByInterruptException e) {
        throw new InterruptedException();
      } catch (IOException e) {
        if (System.nanoTime() - deadline > 0) {
          throw TaidonException.of(
              ErrorCode.SNAPSHOT_FAILED,
              "The node plugin does not answer: " + e.getMessage() + ".",
              e);
        }
        Thread.sleep(LOOK_EVERY);
      }
    }
  }

  private String ask(String line) throws IOException {
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      boolean unused = channel.connect(UnixDomainSocketAddress.of(socket));
      ByteBuffer out = ByteBuffer.wrap(line.getBytes(StandardCharsets.UTF_8));
      while (out.hasRemaining()) {
        int ignored = channel.write(out);
      }
      ByteBuffer in = ByteBuffer.allocate(MAX_ANSWER_BYTES);
      while (in.hasRemaining() && channel.read(in) >= 0) {
        if (in.get(in.position() - 1) == '\n') {
          return new String(in.array(), 0, in.position() - 1, StandardCharsets.UTF_8);
        }
      }
      throw new IOException("it closed the connection");
    }
  }

  private static void answer(String line, StateId id) {
    String[] words = line.split(" ", 3);
    if (words[0].equals("ok")) {
      return;
    }
    if (!words[0].equals("error") || words.length != 3) {
      throw TaidonException.of(
          ErrorCode.SNAPSHOT_FAILED, "The node plugin's answer cannot be understood.");
    }
    ErrorCode code =
        Arrays.stream(ErrorCode.values())
            .filter(known -> known.wireCode().equals(words[1]))
            .findFirst()
            .orElse(ErrorCode.SNAPSHOT_FAILED);
    throw TaidonException.of(code, words[2]).with("state", id.hex());
  }
}
