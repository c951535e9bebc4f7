package io.taidon.engine.postgres;

import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import io.taidon.core.scram.ScramVerifier;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;

/**
 * A running PostgreSQL server of ours: started by this process, or by an earlier one and found
 * again. It outlives this process; {@link #attach} finds it then. It stays in the session of the
 * process that started it, so a host that a terminal can interrupt should have a session of its own
 * (setsid(2)).
 *
 * <p>Thread-safe.
 */
public final class PostgresServer {
  private static final Duration FAST_STOP_DEADLINE = Duration.ofSeconds(60);
  private static final Duration IMMEDIATE_STOP_DEADLINE = Duration.ofSeconds(5);
  private static final Duration LOOK_AT_STOPPING_EVERY = Duration.ofNanos(300_000);
  private static final Duration LOOK_AT_ADOPTED_EVERY = Duration.ofMillis(200);
  private static final Duration QUERY_TIMEOUT = Duration.ofSeconds(30);

  private final Path dataDir;
  private final ControlDirectory control;
  private final ProcessHandle process;
  private final CompletableFuture<PostgresServer> exit = new CompletableFuture<>();
  private final Path socketDir;
  private final int port;

  private PostgresServer(
      Path dataDir, ControlDirectory control, ProcessHandle process, Path socketDir, int port) {
    this.dataDir = dataDir;
    this.control = control;
    this.process = process;
    this.socketDir = socketDir;
    this.port = port;
  }

  /** How a server is stopped. */
  public enum StopMode {
    /** Clients are disconnected, then everything is written: the state is clean (SIGINT). */
    FAST,
    /** Everything is dropped at once: for clusters that nobody needs any more (SIGQUIT). */
    IMMEDIATE
  }

  /**
   * Starts a server and returns when it accepts connections.
   *
   * @throws TaidonException {@code POSTGRES_FAILED}, {@code PORT_IN_USE}, {@code DISK_FULL}, {@code
   *     CONFLICT} when one runs there already, {@code STORE_UNUSABLE}, {@code CANCELLED} when the
   *     thread is interrupted; nothing is left running then
   */
  public static PostgresServer start(PostgresHome home, OsUser osUser, ServerOptions options) {
    ServerLaunch launch = ServerLaunch.of(home, osUser, options);
    return ready(launch, options);
  }

  /**
   * Starts a server and gives the superuser a password. The verifier is computed while the server
   * starts, and its being set is also the proof that queries are answered.
   */
  public static PostgresServer start(
      PostgresHome home, OsUser osUser, ServerOptions options, String password) {
    ServerLaunch launch = ServerLaunch.of(home, osUser, options);
    ScramVerifier verifier;
    try {
      verifier = ScramVerifier.of(password);
    } catch (RuntimeException e) {
      launch.abandon();
      throw e;
    }
    PostgresServer server = ready(launch, options);
    try {
      server.setPassword(verifier);
      return server;
    } catch (RuntimeException e) {
      server.stop(StopMode.IMMEDIATE);
      throw e;
    }
  }

  /**
   * Finds the running server of a data directory, whoever of us started it. Nothing when none runs,
   * or when the lock file names a process that is not the postmaster of this directory.
   */
  public static Optional<PostgresServer> attach(Path dataDir, Path controlDir) {
    Optional<ProcessHandle> postmaster = DataDirProcesses.postmaster(dataDir);
    Optional<PostmasterFile> file = PostmasterFile.read(dataDir);
    if (postmaster.isEmpty() || file.isEmpty() || file.get().pid() != postmaster.get().pid()) {
      return Optional.empty();
    }
    return file.get()
        .socketDir()
        .map(sockets ->
            new PostgresServer(
                    dataDir,
                    new ControlDirectory(controlDir),
                    postmaster.get(),
                    sockets,
                    file.get().port())
                .watched());
  }

  /**
   * Kills whatever PostgreSQL processes run in a data directory, also backends that outlived their
   * postmaster, and removes what they left outside it.
   *
   * @return how many processes were killed
   */
  public static int killOrphans(Path dataDir, Path controlDir) {
    int killed = DataDirProcesses.killAll(dataDir);
    removeSockets(new ControlDirectory(controlDir));
    return killed;
  }

  /** The directories below {@code parent} in which PostgreSQL processes run, by one look at all. */
  public static Set<Path> dataDirsInUse(Path parent) {
    return DataDirProcesses.directoriesBelow(parent);
  }

  /** The process id of the postmaster. */
  public long pid() {
    return process.pid();
  }

  /** The directory of the Unix socket, for {@code psql -h}. */
  public Path socketDir() {
    return socketDir;
  }

  /** The Unix socket itself. */
  public Path socket() {
    return socketDir.resolve(".s.PGSQL." + port);
  }

  /** The TCP port, and the number in the socket's name. */
  public int port() {
    return port;
  }

  /** The server's log; starts append to it. */
  public Path log() {
    return control.log();
  }

  public boolean isRunning() {
    return !exit.isDone() && DataDirProcesses.runs(process, dataDir);
  }

  /** Completes when the server is gone, whether stopped or crashed. */
  public CompletableFuture<PostgresServer> onExit() {
    return exit.copy();
  }

  /** Connects through the socket as the superuser. */
  public SimpleQueryConnection connect(String database) throws IOException {
    return SimpleQueryConnection.open(socket(), ClusterTemplate.SUPERUSER, database, QUERY_TIMEOUT);
  }

  /**
   * Gives the superuser a password; the row that comes back proves that queries are answered.
   *
   * <p>Not by ALTER ROLE, which computes the verifier of the empty password, 4096 rounds, to refuse
   * that: it takes 4 ms where this takes 1.5.
   */
  public void setPassword(ScramVerifier verifier) {
    List<List<Optional<String>>> changed =
        query(
            "UPDATE pg_catalog.pg_authid SET rolpassword = '"
                + verifier.text()
                + "' WHERE rolname = '"
                + ClusterTemplate.SUPERUSER
                + "' RETURNING 1");
    if (changed.size() != 1) {
      throw TaidonException.of(
          ErrorCode.POSTGRES_FAILED,
          "PostgreSQL in " + dataDir + " did not store the password of its superuser.");
    }
  }

  /** Writes all changed pages, so that recovery from a snapshot taken next is short. */
  public void checkpoint() {
    List<List<Optional<String>>> unused = query("CHECKPOINT");
  }

  /** The first row: proves that queries are answered. */
  public void ping() {
    List<List<Optional<String>>> unused = query("SELECT 1");
  }

  /**
   * Stops the server and waits until all of its processes are gone. A fast stop that takes longer
   * than a minute becomes an immediate one, and that a kill after five seconds. Stopping a stopped
   * server only reports.
   *
   * @return whether the cluster is cleanly shut down, so that its next start needs no recovery
   */
  public boolean stop(StopMode mode) {
    boolean gone =
        switch (mode) {
          case FAST ->
              signalAndWait(Signals.INTERRUPT, FAST_STOP_DEADLINE)
                  || signalAndWait(Signals.QUIT, IMMEDIATE_STOP_DEADLINE);
          case IMMEDIATE -> signalAndWait(Signals.QUIT, IMMEDIATE_STOP_DEADLINE);
        };
    // A postmaster that ends by itself has waited for its children and removed its lock file.
    boolean orderly = gone && PostmasterFile.read(dataDir).isEmpty();
    if (!orderly) {
      int ignored = DataDirProcesses.killAll(dataDir);
    }
    removeSockets(control);
    return orderly && ControlFile.isCleanlyShutDown(dataDir);
  }

  private static PostgresServer ready(ServerLaunch launch, ServerOptions options) {
    launch.awaitReady();
    PostgresServer server =
        new PostgresServer(
            options.dataDir(),
            launch.control(),
            launch.process().toHandle(),
            launch.sockets(),
            ServerCommand.port(options));
    // Not Process.onExit, which is late when the common pool is busy.
    Thread unused =
        Thread.ofVirtual()
            .name("postgres-exit-" + server.pid())
            .start(() -> {
              try {
                int ignored = launch.process().waitFor();
                server.exit.complete(server);
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
    return server;
  }

  /** Watches a server that is not our child, for which there is nothing better than to look. */
  private PostgresServer watched() {
    Thread unused =
        Thread.ofVirtual()
            .name("postgres-exit-" + pid())
            .start(() -> {
              while (!exit.isDone() && isRunning()) {
                LockSupport.parkNanos(LOOK_AT_ADOPTED_EVERY.toNanos());
              }
              exit.complete(this);
            });
    return this;
  }

  private List<List<Optional<String>>> query(String sql) {
    try (SimpleQueryConnection connection = connect("postgres")) {
      return connection.query(sql);
    } catch (SqlErrorResponse e) {
      throw TaidonException.of(
              ErrorCode.POSTGRES_FAILED, "PostgreSQL in " + dataDir + " refuses to answer.", e)
          .with("sqlstate", e.sqlState())
          .with("message", String.valueOf(e.getMessage()));
    } catch (IOException e) {
      throw TaidonException.of(
              ErrorCode.POSTGRES_FAILED, "PostgreSQL in " + dataDir + " does not answer.", e)
          .with("cause", String.valueOf(e.getMessage()))
          .with("log_file", control.log().toString());
    }
  }

  private boolean signalAndWait(int signal, Duration deadline) {
    Signals.send(process, signal);
    long start = System.nanoTime();
    while (isRunning()) {
      if (System.nanoTime() - start > deadline.toNanos()) {
        return false;
      }
      LockSupport.parkNanos(LOOK_AT_STOPPING_EVERY.toNanos());
      if (Thread.interrupted()) {
        throw Interruption.cancelled(new InterruptedException());
      }
    }
    exit.complete(this);
    return true;
  }

  private static void removeSockets(ControlDirectory control) {
    try {
      control.removeSockets();
    } catch (IOException e) {
      // An empty directory stays; the next start removes it.
    }
  }
}
