package io.taidon.engine.local;

import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import io.taidon.engine.Entrance;
import io.taidon.engine.StatusView;
import io.taidon.engine.build.Backends;
import io.taidon.engine.build.EngineContext;
import io.taidon.engine.build.StateBuilder;
import io.taidon.engine.build.StateVault;
import io.taidon.engine.cache.CacheKeeper;
import io.taidon.engine.config.ConfigKey;
import io.taidon.engine.config.ConfigStore;
import io.taidon.engine.instance.Clocks;
import io.taidon.engine.instance.InstanceDsns;
import io.taidon.engine.instance.InstanceUses;
import io.taidon.engine.instance.Instances;
import io.taidon.engine.instance.LifetimeWatch;
import io.taidon.engine.instance.Lifetimes;
import io.taidon.engine.job.Explanations;
import io.taidon.engine.job.Jobs;
import io.taidon.engine.job.PlanMaker;
import io.taidon.engine.liquibase.LiquibaseSteps;
import io.taidon.engine.liquibase.LiquibaseWorkers;
import io.taidon.engine.liquibase.ManifestCache;
import io.taidon.engine.postgres.BinarySets;
import io.taidon.engine.postgres.ClusterTemplate;
import io.taidon.engine.postgres.OsUser;
import io.taidon.engine.psql.ClientTools;
import io.taidon.engine.psql.PsqlRunner;
import io.taidon.engine.snapshot.BackendKind;
import io.taidon.engine.snapshot.BackendProbe;
import io.taidon.engine.snapshot.Capabilities;
import io.taidon.engine.store.EngineSession;
import io.taidon.engine.store.Registry;
import io.taidon.engine.store.StateFilter;
import io.taidon.engine.store.StateLocks;
import io.taidon.engine.store.StateRecord;
import io.taidon.engine.store.StoreLayout;
import io.taidon.engine.volume.StoreVolume;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;

/**
 * The parts of one engine, wired: opened in the order in which they need each other, closed in the
 * opposite one.
 */
record LocalParts(
    EngineSettings settings,
    EngineContext engine,
    ConfigStore config,
    BinarySets binaries,
    PlanMaker plans,
    StateVault vault,
    Instances instances,
    InstanceDsns dsns,
    InstanceUses uses,
    Explanations explanations,
    Lifetimes lifetimes,
    LifetimeWatch lifetimeWatch,
    Jobs jobs,
    Runs runs,
    LiquibaseWorkers workers,
    StateUpkeep upkeep,
    Housekeeping housekeeping,
    CacheKeeper cache) {
  private static final System.Logger LOG = System.getLogger(LocalParts.class.getName());

  /** Workers take some 100 MB each; more jobs than these wait for one. */
  private static final int WORKERS = 2;

  private static final Duration WORKER_IDLE_LIMIT = Duration.ofMinutes(5);

  static LocalParts open(EngineSettings settings, Clocks clocks) {
    boolean asRoot = OsUser.current().isRoot();
    StoreLayout layout = new StoreLayout(settings.store()).create(asRoot);
    ConfigStore config = ConfigStore.open(layout.config());
    OsUser osUser = OsUser.current(config.text(ConfigKey.DBMS_USER));
    if (asRoot) {
      layout.requireTraversable();
    }
    // First of all: a rebuild of the registry looks at what the backend shows.
    Backends backends =
        new Backends(BackendProbe.choose(layout.states(), wantedBackend(settings, config)));
    Registry registry = Registry.open(layout, clocks.day());
    StoreRecovery.report(registry.recovered());
    EngineContext engine =
        new EngineContext(
            layout,
            registry,
            new StateLocks(layout),
            EngineSession.begin(layout),
            backends,
            osUser,
            new ClusterTemplate(osUser),
            clocks.day());
    return wire(settings, engine, config, clocks);
  }

  private static LocalParts wire(
      EngineSettings settings, EngineContext engine, ConfigStore config, Clocks clocks) {
    BinarySets binaries = new BinarySets(engine.layout().binaries(), settings.postgresSets());
    StateVault vault = new StateVault(engine);
    InstanceDsns dsns = new InstanceDsns(engine);
    InstanceUses uses = new InstanceUses(engine.registry().instances()::touch);
    Lifetimes lifetimes =
        new Lifetimes(config, uses, () -> dsns.entrance() instanceof Entrance.Open);
    Instances instances =
        new Instances(
            engine,
            vault,
            binaries,
            lifetimes,
            Duration.ofSeconds(config.effective(ConfigKey.START_TIMEOUT).longValue()));
    CacheKeeper cache = new CacheKeeper(engine, vault, config);
    StateUpkeep upkeep = new StateUpkeep(engine, cache::statesChanged);
    StateBuilder builder =
        new StateBuilder(
            engine,
            vault,
            cache,
            () -> {
              upkeep.stateSealed();
              cache.statesChanged();
            });
    LiquibaseWorkers workers =
        new LiquibaseWorkers(settings.liquibaseWorker(), WORKERS, WORKER_IDLE_LIMIT);
    PlanMaker plans =
        new PlanMaker(
            engine,
            binaries,
            config,
            () -> new PsqlRunner(tools(settings, config).find(ClientTools.Tool.PSQL)),
            () ->
                new LiquibaseSteps(
                    workers,
                    new ManifestCache(engine.layout().manifests()),
                    new LiquibaseSteps.Limits(
                        config.effective(ConfigKey.SCRIPT_BYTES).longValue())));
    Explanations explanations = new Explanations(engine, vault, plans);
    Jobs jobs =
        new Jobs(
            engine, config, plans, vault, builder, cache, instances, lifetimes, dsns, explanations);
    Runs runs = new Runs(engine, instances, () -> tools(settings, config));
    LifetimeWatch lifetimeWatch =
        new LifetimeWatch(
            engine.registry(), instances, lifetimes, uses, clocks, engine.session().id());
    Housekeeping housekeeping = new Housekeeping(engine, config, jobs, instances);
    new StoreRecovery(engine, vault, instances, jobs).run();
    lifetimeWatch.clearExpired();
    upkeep.start();
    cache.start();
    lifetimeWatch.start();
    housekeeping.start();
    return new LocalParts(
        settings,
        engine,
        config,
        binaries,
        plans,
        vault,
        instances,
        dsns,
        uses,
        explanations,
        lifetimes,
        lifetimeWatch,
        jobs,
        runs,
        workers,
        upkeep,
        housekeeping,
        cache);
  }

  private static Optional<BackendKind> wantedBackend(EngineSettings settings, ConfigStore config) {
    String name =
        settings.snapshotBackend().or(() -> config.text(ConfigKey.SNAPSHOT_BACKEND)).orElse("auto");
    return name.equals("auto") ? Optional.empty() : Optional.of(Backends.kind(name));
  }

  private static ClientTools tools(EngineSettings settings, ConfigStore config) {
    return ClientTools.ofThisMachine(
        new ClientTools.Configured(
            config.text(ConfigKey.PSQL_PATH).map(Path::of).or(settings::psql),
            config.text(ConfigKey.PGBENCH_PATH).map(Path::of).or(() -> beside(settings.psql()))));
  }

  /** A psql that was fetched brings its pgbench along. */
  private static Optional<Path> beside(Optional<Path> psql) {
    return psql.map(p -> p.resolveSibling("pgbench")).filter(Files::isExecutable);
  }

  StatusView status() {
    List<StateRecord> states = engine.registry().states().list(StateFilter.ALL);
    try {
      FileStore disk = Files.getFileStore(engine.layout().root());
      return new StatusView(
          engine.layout().root().toString(),
          volume(engine.layout().root()),
          new StatusView.Backend(
              engine.backends().preferred().kind().wireName(),
              engine.backends().reason(),
              capabilities(engine.backends().preferred().capabilities())),
          found(() -> binaries.find(plans.configured()))
              .map(h ->
                  new StatusView.Postgres(
                      h.version(),
                      h.directory().toString(),
                      h.origin().name().toLowerCase(Locale.ROOT))),
          found(() -> tools(settings, config).find(ClientTools.Tool.PSQL)).map(Path::toString),
          gateway(),
          states.size(),
          states.stream().mapToLong(StateRecord::sizeBytes).sum(),
          disk.getUsableSpace(),
          disk.getTotalSpace(),
          instances.running().size(),
          jobs.runningCount(),
          engine.osUser().name());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private StatusView.Gateway gateway() {
    return switch (dsns.entrance()) {
      case Entrance.Open open ->
          new StatusView.Gateway(Optional.of(open.authority()), Optional.empty(), uses.sessions());
      case Entrance.Closed(String sentence) ->
          new StatusView.Gateway(Optional.empty(), Optional.of(sentence), 0);
    };
  }

  private static StatusView.Volume volume(Path root) throws IOException {
    StoreVolume.View view = StoreVolume.view(root);
    OptionalLong hostFree = view.hostFreeBytes();
    return new StatusView.Volume(
        view.kind().wireName(),
        view.source().toString(),
        view.fileSystem(),
        hostFree.isPresent() ? Optional.of(hostFree.getAsLong()) : Optional.empty());
  }

  private static Map<String, Boolean> capabilities(Capabilities can) {
    Map<String, Boolean> byName = new LinkedHashMap<>();
    byName.put("copy_on_write", can.copyOnWrite());
    byName.put("live_snapshot_is_atomic", can.liveSnapshotIsAtomic());
    byName.put("read_only_states", can.readOnlyStates());
    byName.put("exclusive_bytes", can.exclusiveBytes());
    byName.put("quota_per_clone", can.quotaPerClone());
    byName.put("send_receive", can.sendReceive());
    return byName;
  }

  /** Something that a status shows if it is there. */
  private static <T> Optional<T> found(Supplier<T> search) {
    try {
      return Optional.of(search.get());
    } catch (TaidonException e) {
      if (e.code() == ErrorCode.POSTGRES_NOT_FOUND || e.code() == ErrorCode.CLIENT_TOOL_NOT_FOUND) {
        return Optional.empty();
      }
      throw e;
    }
  }

  void close(boolean keepInstances) {
    ending("jobs", jobs::cancelAll);
    ending("housekeeping", housekeeping::close);
    ending("lifetimes", lifetimeWatch::close);
    ending("instances", keepInstances ? instances::release : instances::stopAll);
    ending("workers", workers::close);
    ending("cache", cache::close);
    ending("upkeep", upkeep::close);
    ending("locks", engine.locks()::close);
    ending("session", engine.session()::close);
    ending("registry", engine.registry()::close);
  }

  /** A store that fails keeps no other part from ending; the next engine clears what is left. */
  private static void ending(String part, Runnable close) {
    try {
      close.run();
    } catch (TaidonException e) {
      LOG.log(Level.WARNING, "{0}: {1}", part, e.sentence());
    }
  }
}
