package io.taidon.engine.store;

/** The identity of one running engine process: 32 random hexadecimal digits, new at each start. */
public record SessionId(String hex) {
  public SessionId {
    RandomHex.require(hex, "a session id");
  }

  /** A new one, from a cryptographic random source. */
  public static SessionId random() {
    return new SessionId(RandomHex.next());
  }

  @Override
  public String toString() {
    return hex;
  }
}
