package io.taidon.engine.postgres;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Reads {@code global/pg_control}: {@code ControlFileData} of PostgreSQL's {@code pg_control.h}
 * begins with system identifier (8 bytes), control version (4), catalogue version (4) and state
 * (4), in the machine's byte order, in every version from 9.4 to 18.
 */
final class ControlFile {
  private static final int STATE_OFFSET = 16;
  private static final int STATE_END = 20;
  private static final int DB_SHUTDOWNED = 1;

  private ControlFile() {}

  /** Whether the cluster was shut down cleanly, so that its next start needs no recovery. */
  static boolean isCleanlyShutDown(Path dataDir) {
    try (InputStream in = Files.newInputStream(dataDir.resolve("global/pg_control"))) {
      byte[] head = in.readNBytes(STATE_END);
      return head.length == STATE_END
          && ByteBuffer.wrap(head).order(ByteOrder.nativeOrder()).getInt(STATE_OFFSET)
              == DB_SHUTDOWNED;
    } catch (IOException e) {
      return false;
    }
  }
}
