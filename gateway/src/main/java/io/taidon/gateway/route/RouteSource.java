package io.taidon.gateway.route;

/** What named the instance. */
public enum RouteSource {
  /** {@code role~instance} as the user. */
  USER("the user name"),
  /** {@code database~instance} as the database. */
  DATABASE("the database name"),
  /** {@code -c taidon.instance=...} in {@code options}, or a parameter of that name. */
  OPTIONS("the options"),
  /** The TLS server name, below one of the gateway's domains. */
  SERVER_NAME("the TLS server name"),
  /** The whole database name, because nothing else named one. */
  BARE_DATABASE("the database name");

  private final String words;

  RouteSource(String words) {
    this.words = words;
  }

  /** For sentences: "the user name". */
  public String words() {
    return words;
  }
}
