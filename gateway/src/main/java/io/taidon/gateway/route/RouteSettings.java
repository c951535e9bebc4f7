package io.taidon.gateway.route;

import java.util.List;
import java.util.Locale;

/**
 * How names are turned into instances.
 *
 * @param domains the domains below which a TLS server name names an instance, such as {@code
 *     db.example.com}; lower case, without dots around
 */
public record RouteSettings(List<String> domains) {
  public RouteSettings {
    domains = domains.stream().map(RouteSettings::plain).toList();
  }

  /** No server name means an instance. */
  public static RouteSettings withoutDomains() {
    return new RouteSettings(List.of());
  }

  private static String plain(String domain) {
    String plain = domain.toLowerCase(Locale.ROOT).replaceAll("^[*.]+|[.]+$", "");
    if (plain.isEmpty()) {
      throw new IllegalArgumentException("\"" + domain + "\" is no domain.");
    }
    return plain;
  }
}
