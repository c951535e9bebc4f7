package io.taidon.gateway.auth;

/** Why a token is not valid: for metrics and logs, not for the client. */
public enum TokenRefusal {
  /** No signed token at all; perhaps a password. */
  MALFORMED,
  /** Its header asks for an algorithm or for something else that is not taken. */
  UNSUPPORTED,
  /** No key of this name is trusted, or no longer. */
  UNKNOWN_KEY,
  /** The signature is not that of the key. */
  BAD_SIGNATURE,
  /** It was issued for somebody else. */
  WRONG_AUDIENCE,
  /** Its time has not come. */
  NOT_YET_VALID,
  /** It is signed, and lacks a claim or has one that cannot be read. */
  BAD_CLAIMS
}
