package io.taidon.engine.psql;

import java.util.Map;
import java.util.TreeMap;

/**
 * The server and database that a client program works on, reached through its Unix socket.
 *
 * @param socketDir directory of the socket
 * @param port number in the socket's name
 * @param user role
 * @param database name of the database
 */
public record Target(String socketDir, int port, String user, String database) {

  /**
   * The whole environment of a client program: nothing is inherited but where programs and the home
   * directory are, so that neither a secret nor a PG* variable of this process reaches it.
   */
  Map<String, String> environment() {
    Map<String, String> environment = new TreeMap<>();
    for (String name : new String[] {"PATH", "HOME"}) {
      String value = System.getenv(name);
      if (value != null) {
        environment.put(name, value);
      }
    }
    environment.put("LANG", "C.UTF-8");
    environment.put("TZ", "UTC");
    environment.put("PGHOST", socketDir);
    environment.put("PGPORT", Integer.toString(port));
    environment.put("PGUSER", user);
    environment.put("PGDATABASE", database);
    environment.put("PSQL_HISTORY", "/dev/null");
    return environment;
  }
}
