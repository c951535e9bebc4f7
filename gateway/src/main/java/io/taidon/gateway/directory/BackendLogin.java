package io.taidon.gateway.directory;

/** How the gateway authenticates to an instance's server, for a role that it has authenticated. */
public sealed interface BackendLogin {
  /** The way in is itself the proof: a socket that only we can reach. */
  record Trusted() implements BackendLogin {}

  /**
   * SCRAM-SHA-256 with keys instead of a password. Where the client itself proved knowledge of the
   * password, the ClientKey comes out of its proof (RFC 5802, section 3), and the verifier is the
   * backend's own; for a token the directory has keys, see {@link TokenLogin}. The server has to
   * prove that it knows them too, so a wrong address leads nowhere.
   */
  record Scram() implements BackendLogin {}
}
