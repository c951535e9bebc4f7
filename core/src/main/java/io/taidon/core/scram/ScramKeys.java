package io.taidon.core.scram;

import java.security.MessageDigest;

/**
 * What lets a client log in without the password: ClientKey and ServerKey of RFC 5802, section 3.
 * As secret as the password, for as long as the server keeps the verifier they belong to.
 *
 * <p>The arrays are not copied; nobody writes to them.
 *
 * @param clientKey 32 bytes; proves the client to the server
 * @param serverKey 32 bytes; proves the server to the client
 */
public record ScramKeys(byte[] clientKey, byte[] serverKey) {
  @Override
  public boolean equals(Object other) {
    return other instanceof ScramKeys that
        && MessageDigest.isEqual(clientKey, that.clientKey)
        && MessageDigest.isEqual(serverKey, that.serverKey);
  }

  @Override
  public int hashCode() {
    return 0; // what is secret is no key of a map
  }

  @Override
  public String toString() {
    return "ScramKeys";
  }
}
