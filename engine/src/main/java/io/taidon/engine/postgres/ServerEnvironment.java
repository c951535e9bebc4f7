package io.taidon.engine.postgres;

import java.util.Map;

/**
 * The environment of every PostgreSQL program that we start: nothing of ours, so that SQL which
 * runs programs sees no secret of the host process, and a fixed locale and time zone, so that
 * results do not depend on who starts it.
 */
final class ServerEnvironment {
  private static final String LIBRARY_PATH = "LD_LIBRARY_PATH";

  private ServerEnvironment() {}

  static void apply(ProcessBuilder builder) {
    Map<String, String> environment = builder.environment();
    String libraryPath = environment.get(LIBRARY_PATH);
    environment.clear();
    environment.put("PATH", "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin");
    environment.put("LC_ALL", "C");
    environment.put("TZ", "UTC");
    if (libraryPath != null) {
      // A configured home may have been built without a run path.
      environment.put(LIBRARY_PATH, libraryPath);
    }
  }
}
