package io.taidon.engine.postgres;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The command line of a server. What stands here wins over {@code postgresql.conf} and ALTER
 * SYSTEM, so it holds exactly what users must not change, and what is ours to decide: how the
 * server is reached, where it logs, that it runs no archive command, and how durable it is.
 */
final class ServerCommand {
  /** The port in a socket's name when there is no TCP port. */
  static final int SOCKET_ONLY_PORT = 5432;

  private static final int CHECKS_CONNECTIONS_SINCE = 15;

  private ServerCommand() {}

  static List<String> of(
      PostgresHome home, ServerOptions options, ControlDirectory control, Path sockets) {
    List<String> command = new ArrayList<>();
    command.add(home.program("postgres").toString());
    command.add("-D");
    command.add(options.dataDir().toAbsolutePath().toString());
    set(command, "port", Integer.toString(port(options)));
    set(command, "listen_addresses", options.tcpPort().isPresent() ? "127.0.0.1" : "");
    set(command, "unix_socket_directories", quoted(sockets));
    set(command, "unix_socket_permissions", "0700");
    set(command, "unix_socket_group", "");
    set(command, "hba_file", control.rules().toString());
    set(command, "ident_file", control.identities().toString());
    set(command, "external_pid_file", "");
    set(command, "ssl", "off");
    set(command, "password_encryption", "scram-sha-256");
    set(command, "log_destination", "stderr");
    set(command, "logging_collector", "off");
    set(command, "archive_mode", "off");
    if (!options.durable()) {
      set(command, "fsync", "off");
      set(command, "synchronous_commit", "off");
      set(command, "full_page_writes", "off");
    }
    if (options.building()) {
      set(command, "shared_buffers", "64MB");
      set(command, "maintenance_work_mem", "256MB");
      set(command, "max_wal_size", "2GB");
      set(command, "checkpoint_timeout", "30min");
    } else if (home.majorVersion() >= CHECKS_CONNECTIONS_SINCE) {
      // A query whose client is gone ends then, instead of running for nobody.
      set(command, "client_connection_check_interval", "10s");
    }
    return command;
  }

  static int port(ServerOptions options) {
    return options.tcpPort().orElse(SOCKET_ONLY_PORT);
  }

  private static void set(List<String> command, String name, String value) {
    command.add("-c");
    command.add(name + "=" + value);
  }

  /** The setting is a list of directories, so one with a comma or a blank needs quotes. */
  private static String quoted(Path directory) {
    return "\"" + directory.toString().replace("\"", "\"\"") + "\"";
  }
}
