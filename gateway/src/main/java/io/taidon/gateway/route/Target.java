package io.taidon.gateway.route;

import io.taidon.gateway.startup.Replication;
import io.taidon.gateway.wire.Parameter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What to ask of the backend, without anything that was for the gateway.
 *
 * @param role whom to log in as; raw text, at most 63 bytes as PostgreSQL cuts it, never empty
 * @param database the database; empty where the client named none but the instance, which then has
 *     a default
 * @param settings every other parameter, in order and unchanged
 * @param credential what the client says its password is
 */
public record Target(
    String role,
    Optional<String> database,
    Optional<Replication> replication,
    List<Parameter> settings,
    Credential credential) {

  public Target {
    settings = List.copyOf(settings);
  }

  /** The parameters of the backend's StartupMessage, as the role that was asked for. */
  public List<Parameter> parameters(String defaultDatabase) {
    return parameters(role, defaultDatabase);
  }

  /**
   * The parameters of the backend's StartupMessage.
   *
   * @param as the role to be, which a token may change; raw text
   * @param defaultDatabase the instance's; raw text
   */
  public List<Parameter> parameters(String as, String defaultDatabase) {
    List<Parameter> all = new ArrayList<>();
    all.add(new Parameter("user", as));
    all.add(new Parameter("database", database.orElse(defaultDatabase)));
    all.addAll(settings);
    return List.copyOf(all);
  }
}
