package io.taidon.server.stream;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.OutputStream;

/**
 * Sends objects as lines, each at once. A slow reader makes {@link #send} wait, so that nothing
 * piles up here. Thread-safe.
 */
final class Lines {
  private final OutputStream out;
  private final ObjectMapper json;

  Lines(OutputStream out, ObjectMapper json) {
    this.out = out;
    this.json = json;
  }

  /**
   * @throws IOException when the client is gone
   */
  synchronized void send(Object value) throws IOException {
    out.write(json.writeValueAsBytes(value));
    out.write('\n');
    out.flush();
  }
}
