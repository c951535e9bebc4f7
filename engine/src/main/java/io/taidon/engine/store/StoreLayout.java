package io.taidon.engine.store;

import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import io.taidon.core.state.StateId;
import io.taidon.engine.volume.StoreVolume;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Where everything in a store is. The only place that knows paths:
 *
 * <pre>
 * states/&lt;state id&gt;/              an immutable cluster directory
 * states/&lt;state id&gt;.json         what the registry knows about it, for a rebuild
 * states/&lt;state id&gt;.pin          there while the state is pinned
 * instances/&lt;instance id&gt;/       data/, control/, secret, roles, instance.json
 * builds/&lt;session&gt;/&lt;job&gt;/        work areas of one engine process; owner.lock says it lives
 * jobs/&lt;job id&gt;/                 standard input that was given, logs
 * binaries/  gateway/  locks/  run/  registry.db  config.json  origin.key
 * </pre>
 *
 * <p>Immutable and thread-safe.
 */
public final class StoreLayout {
  /** The environment variable that names the store's root. */
  public static final String ROOT_VARIABLE = "SQLRS_STATE_STORE";

  private static final String XDG_STATE_HOME = "XDG_STATE_HOME";
  private static final Path SYSTEM_ROOT = Path.of("/var/lib/sqlrs");
  private static final Set<PosixFilePermission> OURS = PosixFilePermissions.fromString("rwx------");
  private static final Set<PosixFilePermission> TRAVERSABLE =
      PosixFilePermissions.fromString("rwx--x--x");

  private final Path root;

  /**
   * @param root an absolute path; need not exist yet
   */
  public StoreLayout(Path root) {
    if (!root.isAbsolute()) {
      throw new IllegalArgumentException("the root of a store is an absolute path");
    }
    this.root = root.normalize();
  }

  /**
   * The root of the store where nothing else is configured: {@code SQLRS_STATE_STORE}, else {@code
   * $XDG_STATE_HOME/sqlrs}, else {@code ~/.local/state/sqlrs}; for root {@code /var/lib/sqlrs},
   * because the database's own user cannot enter root's home. As the XDG base directory
   * specification says, empty and relative XDG values count as not set. Pure.
   *
   * @param asRoot whether this process runs as root
   * @throws TaidonException INVALID_ARGUMENT where {@code SQLRS_STATE_STORE} is relative
   */
  public static Path defaultRoot(Map<String, String> environment, Path home, boolean asRoot) {
    String explicit = environment.getOrDefault(ROOT_VARIABLE, "");
    if (!explicit.isEmpty()) {
      Path path = Path.of(explicit);
      if (!path.isAbsolute()) {
        throw TaidonException.of(
                ErrorCode.INVALID_ARGUMENT,
                ROOT_VARIABLE + " is \"" + explicit + "\", which is not an absolute path.")
            .remedy("Set " + ROOT_VARIABLE + " to an absolute path.");
      }
      return path;
    }
    String stateHome = environment.getOrDefault(XDG_STATE_HOME, "");
    if (!stateHome.isEmpty() && Path.of(stateHome).isAbsolute()) {
      return Path.of(stateHome).resolve("sqlrs");
    }
    return asRoot ? SYSTEM_ROOT : home.resolve(".local/state/sqlrs");
  }

  /**
   * Makes the directories that are missing and sets the modes of all: 0700, and 0711 on the way to
   * cluster directories and binaries when {@code asRoot}, since PostgreSQL then runs as another
   * user. A volume of the store's own is mounted first.
   *
   * @throws TaidonException STORE_UNUSABLE or DISK_FULL
   */
  public StoreLayout create(boolean asRoot) {
    StoreVolume.requireMounted(root);
    Set<PosixFilePermission> onTheWay = asRoot ? TRAVERSABLE : OURS;
    try {
      Files.createDirectories(root);
      for (Path directory : List.of(root, states(), instances(), builds(), binaries())) {
        directory(directory, onTheWay);
      }
      for (Path directory : List.of(jobs(), gateway(), locks(), run())) {
        directory(directory, OURS);
      }
    } catch (IOException e) {
      throw StoreFailure.of(root, "make the store's directories", e);
    }
    return this;
  }

  /**
   * Checks that a user other than ours can enter the store.
   *
   * @throws TaidonException STORE_UNUSABLE naming the first directory that keeps others out
   */
  public void requireTraversable() {
    for (Path directory = root; directory != null; directory = directory.getParent()) {
      try {
        Path real = directory.toRealPath();
        if (!Files.getPosixFilePermissions(real).contains(PosixFilePermission.OTHERS_EXECUTE)) {
          throw TaidonException.of(
                  ErrorCode.STORE_UNUSABLE,
                  "The store "
                      + root
                      + " cannot be entered by the database's user, because of the"
                      + " mode of "
                      + directory
                      + ".")
              .with("path", directory.toString())
              .remedy(
                  "Set "
                      + ROOT_VARIABLE
                      + " to a place that other users can enter, or chmod o+x "
                      + directory
                      + ".");
        }
      } catch (IOException e) {
        throw StoreFailure.of(directory, "look at the store's directory", e);
      }
    }
  }

  public Path root() {
    return root;
  }

  public Path states() {
    return root.resolve("states");
  }

  /** The immutable cluster directory of a state. */
  public Path state(StateId id) {
    return states().resolve(id.hex());
  }

  /** What the registry knows about a state: beside the directory, which is never written again. */
  public Path stateSidecar(StateId id) {
    return states().resolve(id.hex() + ".json");
  }

  /** Says that a state is pinned, to a registry that is rebuilt. */
  Path statePin(StateId id) {
    return states().resolve(id.hex() + ".pin");
  }

  public Path instances() {
    return root.resolve("instances");
  }

  public Path instance(InstanceId id) {
    return instances().resolve(id.hex());
  }

  /** The instance's cluster directory. */
  public Path instanceData(InstanceId id) {
    return instance(id).resolve("data");
  }

  /** Sockets, logs and other files of the instance that only this user may see. */
  public Path instanceControl(InstanceId id) {
    return instance(id).resolve("control");
  }

  /** The file with the instance's password. */
  public Path instanceSecret(InstanceId id) {
    return instance(id).resolve("secret");
  }

  /** How the roles of a stopped instance are authenticated. */
  public Path instanceRoles(InstanceId id) {
    return instance(id).resolve("roles");
  }

  /** What the registry knows about an instance. */
  public Path instanceSidecar(InstanceId id) {
    return instance(id).resolve("instance.json");
  }

  public Path builds() {
    return root.resolve("builds");
  }

  /** The work areas of one engine process. */
  public Path builds(SessionId session) {
    return builds().resolve(session.hex());
  }

  /** The work area of one job. */
  public Path build(SessionId session, JobId job) {
    return builds(session).resolve(job.hex());
  }

  /** Locked as long as the engine process of this session lives. */
  Path ownerLock(SessionId session) {
    return builds(session).resolve("owner.lock");
  }

  /** Unpacked PostgreSQL binary sets. */
  public Path binaries() {
    return root.resolve("binaries");
  }

  /** What reading changelogs gave, by the digest of all that was read. */
  public Path manifests() {
    return root.resolve("manifests");
  }

  public Path jobs() {
    return root.resolve("jobs");
  }

  /** Standard input that was given to a job, and its logs. */
  public Path job(JobId id) {
    return jobs().resolve(id.hex());
  }

  public Path locks() {
    return root.resolve("locks");
  }

  Path stateLocks() {
    return locks().resolve("states.lock");
  }

  Path sessionsLock() {
    return locks().resolve("sessions.lock");
  }

  Path registryOpeningLock() {
    return locks().resolve("registry-opening.lock");
  }

  Path registryUseLock() {
    return locks().resolve("registry-use.lock");
  }

  /** What belongs to the running server: its address, its log. */
  public Path run() {
    return root.resolve("run");
  }

  /** The address, process id and token of the running server. */
  public Path engineJson() {
    return run().resolve("engine.json");
  }

  public Path serverLog() {
    return run().resolve("server.log");
  }

  Path serverLock() {
    return run().resolve("server.lock");
  }

  Path serverPid() {
    return run().resolve("server.pid");
  }

  public Path registry() {
    return root.resolve("registry.db");
  }

  /** Left behind when a query met damage, so that the next start looks closely. */
  Path registrySuspect() {
    return root.resolve("registry.suspect");
  }

  /** What comparable digests are made with; see {@link OriginKey}. */
  Path originKey() {
    return root.resolve("origin.key");
  }

  Path originKeyLock() {
    return locks().resolve("origin-key.lock");
  }

  /** What the gateway keeps: its port, the keys that sign tokens. */
  public Path gateway() {
    return root.resolve("gateway");
  }

  /** The store's own configuration. */
  public Path config() {
    return root.resolve("config.json");
  }

  /**
   * Makes a directory that leads to a cluster, so that PostgreSQL's own user can walk through it.
   * Its parent must be there: a store that vanished is not to be begun anew.
   */
  public void createOnTheWay(Path directory, boolean asRoot) {
    try {
      if (!Files.isDirectory(directory)) {
        Files.createDirectory(directory);
      }
      setMode(directory, asRoot ? TRAVERSABLE : OURS);
    } catch (IOException e) {
      throw StoreFailure.of(directory, "make the directory", e);
    }
  }

  private static void directory(Path directory, Set<PosixFilePermission> mode) throws IOException {
    Files.createDirectories(directory);
    setMode(directory, mode);
  }

  private static void setMode(Path directory, Set<PosixFilePermission> mode) throws IOException {
    if (!Files.getPosixFilePermissions(directory).equals(mode)) {
      Files.setPosixFilePermissions(directory, mode);
    }
  }
}
