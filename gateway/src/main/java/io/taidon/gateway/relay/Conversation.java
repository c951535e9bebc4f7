package io.taidon.gateway.relay;

/**
 * What the headers tell of a session: whether somebody waits for an answer, whether a transaction
 * is open, whether the client asked for anything that counts as use. Written by one event loop;
 * {@link #takeActivity} may be called from any thread and is then a moment late at worst.
 */
final class Conversation {
  private static final byte IDLE = 'I';

  /** Answers (ReadyForQuery) that the server owes. */
  private int owed;

  /** Whether messages of the extended protocol were sent that no Sync has closed yet. */
  private boolean roundOpen;

  private boolean roundSimple;
  private boolean copyIn;
  private boolean replicating;
  private boolean terminating;
  private byte status = IDLE;

  private volatile boolean busy;
  private volatile boolean active;

  /** The client sent a simple query or a function call. */
  void asked() {
    owed++;
    roundSimple = true;
    roundOpen = false;
  }

  /** The client sent a message of the extended protocol. */
  void extended() {
    roundOpen = true;
  }

  /** The client sent Sync; while a COPY comes in the server ignores it. */
  void synced() {
    roundOpen = false;
    if (!copyIn) {
      owed++;
      roundSimple = false;
    }
  }

  /** The client wants to leave. */
  void terminating() {
    terminating = true;
  }

  /** The client ended its COPY, one way or the other. */
  void copyInEnded() {
    copyIn = false;
  }

  /** The server asks for COPY data. A Sync sent behind the command was lost on it. */
  void copyInBegan() {
    copyIn = true;
    owed = roundSimple ? Math.max(owed, 1) : 0;
  }

  /** The stream of a replication, which is no use by a client. */
  void replicationBegan() {
    replicating = true;
    setBusy(false);
  }

  /** The server is ready for the next query. */
  void ready(byte transactionStatus) {
    status = transactionStatus;
    copyIn = false;
    replicating = false;
    owed = Math.max(owed - 1, 0);
    if (owed == 0 && !roundOpen) {
      setBusy(false);
    }
  }

  /** The client asked for something that counts. */
  void used() {
    if (!replicating) {
      if (!active) {
        active = true;
      }
      setBusy(true);
    }
  }

  boolean isReplicating() {
    return replicating;
  }

  boolean isTerminating() {
    return terminating;
  }

  /** No answer owed, no transaction open. */
  boolean isIdle() {
    return owed == 0 && !roundOpen && !copyIn && status == IDLE;
  }

  /** Whether the session was used since the last call, or works on something now. */
  boolean takeActivity() {
    if (active) {
      active = false;
      return true;
    }
    return busy;
  }

  private void setBusy(boolean now) {
    if (busy != now) {
      busy = now;
    }
  }
}
