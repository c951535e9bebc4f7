package io.taidon.gateway.cancel;

/**
 * What a client is given to cancel with, in place of the server's BackendKeyData.
 *
 * @param pid unique in this gateway; nobody's process id
 * @param key a secret: 4 bytes for protocol 3.0, more for 3.2
 */
public record SessionKey(int pid, byte[] key) {
  @Override
  public String toString() {
    return "SessionKey[" + pid + "]";
  }
}
