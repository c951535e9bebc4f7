package io.taidon.gateway.clients;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Map;

/** Settings of a gateway in front of one {@link PlainServer}, whose instance is called one. */
public final class GatewayFiles {
  static final String USER = PlainServer.ROLE + "~one";

  private GatewayFiles() {}

  /** Writes them, and returns the properties file. */
  public static Path write(Path directory, PlainServer server, int port)
      throws IOException, SQLException {
    Path instances = directory.resolve("directory.json");
    Files.writeString(
        instances,
        """
        {"instances":[{"id":"one","address":"127.0.0.1:%d","roles":[
          {"name":"%s","verifier":"%s"}]}]}
        """
            .formatted(server.port(), PlainServer.ROLE, server.verifier()));
    return Files.writeString(
        directory.resolve("gateway.properties"),
        "listen=127.0.0.1:%d\nhealth.listen=\ndirectory.file=%s\n".formatted(port, instances));
  }

  /** How a libpq, or what resembles it, gets in. */
  static Map<String, String> environment(int port) {
    return Map.of(
        "PGHOST",
        "127.0.0.1",
        "PGPORT",
        Integer.toString(port),
        "PGUSER",
        USER,
        "PGPASSWORD",
        PlainServer.PASSWORD,
        "PGDATABASE",
        "postgres");
  }
}
