package io.taidon.gateway.auth;

/** Why a SCRAM exchange ended without a login. The constants tell a client nothing about a role. */
public enum ScramRefusal {
  /** A message breaks the grammar of RFC 5802, or does not answer the one before it. */
  MALFORMED("malformed SCRAM message"),
  /** The client asked for an authorization identity or an extension, of which there are none. */
  UNSUPPORTED("client requires an unsupported SCRAM feature"),
  /** The client chose a mechanism that was not offered. */
  UNKNOWN_MECHANISM("client selected an invalid SASL authentication mechanism"),
  /**
   * The client could have bound the channel and thinks that this server cannot, though it offered
   * to: somebody in between has removed the offer.
   */
  DOWNGRADE("SCRAM channel binding negotiation error"),
  /** The client sees another certificate than this server's: somebody is in between. */
  CHANNEL_BINDING("SCRAM channel binding check failed"),
  /** The proof is wrong, or there is no such role. */
  WRONG_PASSWORD("password authentication failed");

  private final String sentence;

  ScramRefusal(String sentence) {
    this.sentence = sentence;
  }

  /** What PostgreSQL would say, for the client's error message. */
  public String sentence() {
    return sentence;
  }
}
