package io.taidon.gateway.relay;

/**
 * How a relay ended.
 *
 * @param reason who ended it
 * @param bytesToServer what the client sent
 * @param bytesToClient what the server sent
 */
public record RelayEnd(Reason reason, long bytesToServer, long bytesToClient) {
  /** Who ended it. */
  public enum Reason {
    /** The client said goodbye, or closed its side. */
    CLIENT_LEFT,
    /** The client's connection broke. */
    CLIENT_LOST,
    /** The server gave a reason and closed. */
    SERVER_CLOSED,
    /** The server went away without a word. */
    SERVER_LOST,
    /** We ended it: the gateway drains, or the instance is gone. */
    TOLD
  }
}
