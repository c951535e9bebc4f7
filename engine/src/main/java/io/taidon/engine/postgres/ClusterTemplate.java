package io.taidon.engine.postgres;

import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import io.taidon.core.state.EngineIdentity;
import io.taidon.core.state.StateIdentity;
import io.taidon.engine.fault.FaultPoint;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;

/**
 * How new clusters are made: the same everywhere, whatever the machine's locale, time zone and
 * memory. Its identity is that of state 0. Thread-safe.
 */
public final class ClusterTemplate {
  /** The superuser of every cluster. */
  public static final String SUPERUSER = "sqlrs";

  private static final int FIRST_WITH_BUILTIN_PROVIDER = 17;
  private static final int FIRST_WITH_SET = 16;
  private static final int BLOCK_SIZE_BYTES = 8192;
  private static final int MAX_OUTPUT_BYTES = 1 << 16;
  private static final int SHOWN_LINES = 5;

  /**
   * Defaults for short-lived databases; a user may change each with ALTER SYSTEM. Small buffers
   * start faster and pages stay in the kernel's cache anyway; WAL that is neither zero-filled nor
   * recycled keeps states small. wal_level stays as PostgreSQL has it, so that what depends on it
   * behaves as in production.
   */
  private static final String SETTINGS =
      """

      # Defaults for short-lived databases. ALTER SYSTEM overrides them.
      max_connections = 100
      shared_buffers = 16MB
      huge_pages = off
      dynamic_shared_memory_type = posix
      min_wal_size = 32MB
      max_wal_size = 512MB
      wal_init_zero = off
      wal_recycle = off
      timezone = 'UTC'
      log_timezone = 'UTC'
      datestyle = 'iso, mdy'
      lc_messages = 'C'
      lc_monetary = 'C'
      lc_numeric = 'C'
      lc_time = 'C'
      default_text_search_config = 'pg_catalog.english'
      """;

  private final OsUser osUser;

  public ClusterTemplate(OsUser osUser) {
    this.osUser = osUser;
  }

  /** What makes a new cluster of this server what it is. */
  public EngineIdentity.Native identity(PostgresHome home) {
    boolean builtin = home.majorVersion() >= FIRST_WITH_BUILTIN_PROVIDER;
    return new EngineIdentity.Native(
        home.version(),
        home.binaries(),
        String.join(" ", options(home.majorVersion())),
        builtin ? "builtin" : "libc",
        builtin ? "C.UTF-8" : "C",
        // The built-in provider's C.UTF-8 is version 1 by definition; libc's C has none.
        builtin ? "1" : "",
        true,
        BLOCK_SIZE_BYTES,
        StateIdentity.digest(SETTINGS));
  }

  /**
   * Makes a new cluster in an empty or absent directory. Nothing is flushed to disk: the caller
   * decides what must last.
   *
   * @throws TaidonException {@code POSTGRES_FAILED} with the last lines of initdb, {@code
   *     DISK_FULL}
   */
  public void initdb(PostgresHome home, Path emptyDataDir) {
    osUser.requireReach(emptyDataDir);
    osUser.requireReach(home.program("initdb"));
    try {
      Files.createDirectories(emptyDataDir);
      Files.setPosixFilePermissions(emptyDataDir, PosixFilePermissions.fromString("rwx------"));
      osUser.own(emptyDataDir);
      run(home, emptyDataDir);
      Files.writeString(
          emptyDataDir.resolve("postgresql.conf"), SETTINGS, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw TaidonException.of(
              ErrorCode.STORE_UNUSABLE,
              "The new database cluster could not be written to " + emptyDataDir + ".",
              e)
          .with("cause", String.valueOf(e.getMessage()));
    } catch (InterruptedException e) {
      throw Interruption.cancelled(e);
    }
  }

  private static List<String> options(int majorVersion) {
    List<String> options = new ArrayList<>();
    options.add("--username=" + SUPERUSER);
    options.add("--encoding=UTF8");
    options.add("--data-checksums");
    options.add("--locale=C");
    if (majorVersion >= FIRST_WITH_BUILTIN_PROVIDER) {
      options.add("--locale-provider=builtin");
      options.add("--builtin-locale=C.UTF-8");
    }
    if (majorVersion >= FIRST_WITH_SET) {
      // The first WAL segment is made by initdb itself: sparse, it copies in half the time.
      options.add("--set=wal_init_zero=off");
    }
    return options;
  }

  private void run(PostgresHome home, Path dataDir) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(home.program("initdb").toString());
    command.addAll(options(home.majorVersion()));
    command.addAll(
        List.of("--no-sync", "--no-instructions", "--auth=trust", "--pgdata=" + dataDir));
    ProcessBuilder builder = new ProcessBuilder(osUser.wrap(command));
    builder.directory(dataDir.toFile());
    builder.redirectErrorStream(true);
    ServerEnvironment.apply(builder);
    Process process = builder.start();
    try {
      FaultPoint.INITDB_STARTED.reached();
      process.getOutputStream().close();
      String output =
          new String(process.getInputStream().readNBytes(MAX_OUTPUT_BYTES), StandardCharsets.UTF_8);
      int exitCode = process.waitFor();
      if (exitCode != 0) {
        throw failed(dataDir, output, exitCode);
      }
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }

  private static TaidonException failed(Path dataDir, String output, int exitCode) {
    List<String> lines = output.lines().filter(line -> !line.isBlank()).toList();
    String last =
        String.join("\n", lines.subList(Math.max(0, lines.size() - SHOWN_LINES), lines.size()));
    ErrorCode code =
        output.contains("No space left on device")
            ? ErrorCode.DISK_FULL
            : ErrorCode.POSTGRES_FAILED;
    return TaidonException.of(
            code, "initdb could not make a new database cluster in " + dataDir + ".")
        .with("exit_code", Integer.toString(exitCode))
        .with("output", last);
  }
}
