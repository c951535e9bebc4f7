package io.taidon.engine.instance;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * Role names in SQL. They come from clients that nobody has authenticated, so they cross as
 * hexadecimal digits and nothing in them can be SQL.
 */
final class RoleSql {
  /**
   * When a role's password ends, in milliseconds since 1970; null if it does not. What is beyond
   * the range of a number ends never or has ended.
   */
  static final String END_OF_PASSWORD =
      "CASE WHEN rolvaliduntil IS NULL OR rolvaliduntil = 'infinity' THEN NULL"
          + " WHEN rolvaliduntil = '-infinity' THEN 0"
          + " ELSE (extract(epoch FROM rolvaliduntil) * 1000)::bigint END";

  /** That a role may log in with its password now. */
  static final String MAY_LOG_IN = "rolcanlogin AND coalesce(rolvaliduntil > now(), true)";

  private RoleSql() {}

  /**
   * @param role the bytes of the name, each as one character (ISO 8859-1)
   */
  static String hex(String role) {
    return HexFormat.of().formatHex(role.getBytes(StandardCharsets.ISO_8859_1));
  }

  /** An expression: the name in {@code column} in hexadecimal. */
  static String hexOf(String column) {
    return "pg_catalog.encode(pg_catalog.convert_to("
        + column
        + "::text, pg_catalog.getdatabaseencoding()), 'hex')";
  }

  /** A condition: {@code rolname} is this name, cut to the length of names as PostgreSQL does. */
  static String isNamed(String role) {
    byte[] bytes = role.getBytes(StandardCharsets.ISO_8859_1);
    String hex = HexFormat.of().formatHex(bytes, 0, Math.min(bytes.length, 63));
    return hexOf("rolname") + " = '" + hex + "'";
  }
}
