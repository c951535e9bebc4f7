package io.taidon.engine;

/** Where clients reach every instance by its name or id: the gateway of the engine's host. */
public sealed interface Entrance {
  /**
   * It is open.
   *
   * @param host an address, or a name, without brackets
   */
  record Open(String host, int port) implements Entrance {
    /** The form that URLs have: {@code host:port}, IPv6 addresses in brackets. */
    public String authority() {
      return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }
  }

  /**
   * There is none; clients go to the instances' own ports.
   *
   * @param sentence why
   */
  record Closed(String sentence) implements Entrance {}
}
