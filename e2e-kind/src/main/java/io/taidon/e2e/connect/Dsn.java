package io.taidon.e2e.connect;

import io.taidon.e2e.cluster.TestNamespace;

/**
 * How clients reach an instance, as its Secret says.
 *
 * @param user with the instance's name in it
 */
public record Dsn(
    String uri, String host, int port, String user, String password, String database) {

  /** From the Secret that the instance's status names. */
  public static Dsn of(TestNamespace in, String instance) {
    String secret = in.instance(instance).require().getStatus().secretRef().name();
    return new Dsn(
        in.secret(secret, "uri"),
        in.secret(secret, "host"),
        Integer.parseInt(in.secret(secret, "port")),
        in.secret(secret, "username"),
        in.secret(secret, "password"),
        in.secret(secret, "database"));
  }

  /** The same for another database of the instance. */
  public Dsn database(String name) {
    String other = uri.substring(0, uri.lastIndexOf('/') + 1) + name;
    return new Dsn(other, host, port, user, password, name);
  }

  @Override
  public String toString() {
    return "Dsn of " + user;
  }
}
