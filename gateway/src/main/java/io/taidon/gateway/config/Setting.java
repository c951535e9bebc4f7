package io.taidon.gateway.config;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * The settings there are. Each can stand in the properties file under its key, and in the
 * environment under {@link #variable}, which wins. The table in {@code docs/gateway.md} is tested
 * against this.
 */
public enum Setting {
  LISTEN("listen", "127.0.0.1:6432", "Where clients connect; port 0 takes a free one"),
  TRANSPORT("transport", "auto", "`auto`, `epoll`, `io_uring` or `nio`"),
  THREADS("threads", "0", "Event loops; 0 is one for each processor"),
  DIRECTORY("directory", "file", "Where instances are listed: `file` or `kubernetes`"),
  DIRECTORY_FILE("directory.file", "", "The file that lists the instances; `file` requires it"),
  DIRECTORY_NAMESPACES(
      "directory.namespaces", "", "With `kubernetes`: whose DbInstances, with commas; else all"),
  DIRECTORY_DEFAULT_NAMESPACE(
      "directory.default.namespace",
      "",
      "With `kubernetes`: where an instance named without one is; else it is nowhere"),
  DIRECTORY_REPLICA(
      "directory.replica",
      "",
      "With `kubernetes`: this replica's name, the same after a restart; required"),
  SECRET_FILE(
      "secret.file",
      "",
      "32 random bytes, the same for all replicas and after a restart; without it, random ones"),
  CANCEL_PEERS(
      "cancel.peers",
      "",
      "All replicas, `host:port` with commas, to be asked about cancel keys of protocol 3.0"),
  TLS_CERTIFICATE("tls.certificate", "", "The certificate and its chain, PEM; without it, no TLS"),
  TLS_KEY("tls.key", "", "The certificate's private key, PEM"),
  TLS_NAMES(
      "tls.names",
      "",
      "More certificates, with commas, each for one server name: `NAME=CERTIFICATE:KEY`"),
  TLS_REQUIRED("tls.required", "false", "Whether sessions without TLS are refused"),
  PROXY_NETWORKS(
      "proxy.networks",
      "",
      "Networks, with commas, whose connections begin with a PROXY v2 header"),
  ROUTE_DOMAINS(
      "route.domains", "", "Domains, with commas, below which a TLS server name is an instance"),
  TOKENS_KEYS("tokens.keys", "", "The JSON Web Key Set of those who sign tokens; without it, none"),
  TOKENS_AUDIENCE(
      "tokens.audience", "taidon-gateway", "The `aud` of tokens that mean this gateway"),
  TOKENS_TRANSPORT(
      "tokens.transport",
      "tls_or_loopback",
      "Over what tokens may come: `tls`, `tls_or_loopback`, `any`"),
  LOGIN_DEADLINE("login.deadline", "15s", "From the accepted socket to the login"),
  WAKE_HOLD("wake.hold", "50s", "How long a client waits for a stopped instance"),
  UNAUTHENTICATED(
      "limit.unauthenticated", "1024", "Sockets without a login; one more closes the oldest"),
  UNAUTHENTICATED_ADDRESS(
      "limit.unauthenticated.address", "32", "The same of one address; one more is refused"),
  UNAUTHENTICATED_TRUSTED(
      "limit.unauthenticated.trusted", "256", "The same of an address that logged in not long ago"),
  SESSIONS("limit.sessions", "20000", "Sessions in all"),
  SESSIONS_INSTANCE("limit.sessions.instance", "1000", "Sessions of one instance"),
  SESSIONS_ADDRESS("limit.sessions.address", "20000", "Sessions of one address"),
  ATTEMPTS_RATE("limit.attempts.rate", "20", "Logins a second of an address without a recent one"),
  ATTEMPTS_BURST("limit.attempts.burst", "200", "How many of them at once after a rest"),
  FAILURES("limit.failures", "10", "Failed logins of one address with one instance before a block"),
  FAILURES_WINDOW("limit.failures.window", "150s", "How long failures count"),
  FAILURES_BLOCK("limit.failures.block", "120s", "How long a block lasts"),
  CANCELS_RATE("limit.cancels.rate", "10", "Cancel requests a second of one /24 or /64"),
  DRAIN_DELAY("drain.delay", "0s", "From not being ready to taking no more clients"),
  DRAIN_DEADLINE("drain.deadline", "30s", "From then to the end of the last session"),
  RELOAD_EVERY(
      "reload.every", "5s", "How often certificates, keys and the directory are looked at"),
  HEALTH_LISTEN(
      "health.listen", "127.0.0.1:6480", "Where probes and scrapers ask; empty for nowhere");

  private static final String PREFIX = "TAIDON_GATEWAY_";

  private final String key;
  private final String standard;
  private final String meaning;

  Setting(String key, String standard, String meaning) {
    this.key = key;
    this.standard = standard;
    this.meaning = meaning;
  }

  /** The setting of a key. */
  static Optional<Setting> ofKey(String key) {
    return Arrays.stream(values()).filter(setting -> setting.key.equals(key)).findFirst();
  }

  /** The setting of an environment variable. */
  static Optional<Setting> ofVariable(String variable) {
    return Arrays.stream(values())
        .filter(setting -> setting.variable().equals(variable))
        .findFirst();
  }

  /** Whether an environment variable should be the name of a setting. */
  static boolean isOurs(String variable) {
    return variable.startsWith(PREFIX);
  }

  /** Its name in the properties file. */
  public String key() {
    return key;
  }

  /** Its name in the environment. */
  public String variable() {
    return PREFIX + key.replace('.', '_').toUpperCase(Locale.ROOT);
  }

  /** What it is if nobody says otherwise; empty for nothing. */
  public String standard() {
    return standard;
  }

  /** What it decides, in a few words of Markdown. */
  public String meaning() {
    return meaning;
  }
}
