package io.taidon.engine.crash;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.taidon.core.state.StateId;
import io.taidon.engine.ListFilter;
import io.taidon.engine.StateView;
import io.taidon.engine.local.LocalEngine;
import io.taidon.engine.postgres.OsUser;
import io.taidon.engine.postgres.TestClusters;
import io.taidon.engine.store.StoreLayout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;

/**
 * A store in which everything was prepared once: what others must come to, and where they get
 * finished states from, so that no scenario builds what it does not test.
 *
 * @param base state 0
 * @param first after the first of two steps
 * @param both after both
 * @param changelog after the changelog
 */
record Seed(
    StorePlace place, Path store, StateId base, StateId first, StateId both, StateId changelog) {

  static Optional<Path> home() {
    return Optional.of(TestClusters.home(17).directory());
  }

  static Seed plant(StorePlace place) throws IOException, InterruptedException {
    Path directory = directory(place, "seed");
    Path store = directory.resolve("store");
    LocalEngine engine = DyingEngines.open(store, place.backend().wireName(), home());
    try {
      Client client = new Client(engine, directory.resolve("workspace"), home());
      StateId first = state(client.prepareFirst(Optional.empty()));
      StateId both = state(client.prepareBoth(Optional.empty()));
      StateId changelog = state(client.prepareChangelog());
      StateId base =
          engine.states(ListFilter.ALL).stream()
              .filter(s -> s.kind().equals("base"))
              .map(StateView::stateId)
              .map(StateId::new)
              .findFirst()
              .orElseThrow();
      return new Seed(place, store, base, first, both, changelog);
    } finally {
      engine.shutdown(false);
    }
  }

  private static StateId state(io.taidon.engine.JobView job) {
    return new StateId(Client.requireSuccess(job).result().orElseThrow().stateId());
  }

  /** A directory for one store, with a workspace. */
  static Path directory(StorePlace place, String name) throws IOException {
    Path directory = Files.createDirectory(place.root().resolve(name));
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    Path workspace = Files.createDirectory(directory.resolve("workspace"));
    Files.writeString(workspace.resolve("changelog.sql"), Client.changelog());
    place.makeStore(directory.resolve("store"));
    return directory;
  }

  /** Makes the scenario's store, with the states that its workload begins with. */
  void sow(Scenario scenario) throws IOException {
    StoreLayout layout = new StoreLayout(scenario.store()).create(OsUser.current().isRoot());
    for (StateId state : states(scenario.workload())) {
      Path from = new StoreLayout(store).state(state);
      Trees.backend(place.backend()).snapshot(from, layout.state(state));
      describe(
          from.resolveSibling(state.hex() + ".json"),
          layout.state(state).resolveSibling(state.hex() + ".json"));
    }
    if (scenario.workload() == Workload.OPEN_DAMAGED) {
      for (String name : List.of("registry.db", "registry.db-wal", "registry.db-shm")) {
        Files.writeString(scenario.store().resolve(name), "no database\n".repeat(1000));
      }
    }
  }

  /** The same as of a state that was just sealed: a mark of the original is none of a clone. */
  private static void describe(Path from, Path to) throws IOException {
    ObjectMapper json = new ObjectMapper();
    ObjectNode sidecar = (ObjectNode) json.readTree(from.toFile());
    sidecar.put("size_bytes", 0).remove("fingerprint");
    json.writeValue(to.toFile(), sidecar);
  }

  private List<StateId> states(Workload workload) {
    return switch (workload) {
      case INITDB, UNPACK -> List.of();
      case OPEN, OPEN_DAMAGED, BUILD, CHANGELOG -> List.of(base);
      case REPLACE, RECOVER -> List.of(base, first);
      case MAKE_INSTANCE,
          STOP_INSTANCE,
          START_INSTANCE,
          DELETE_INSTANCE,
          EXTEND_INSTANCE,
          EXPIRE_INSTANCE,
          IDLE_INSTANCE,
          DELETE_STATE,
          DELETE_JOB,
          EVICT ->
          List.of(base, first, both);
    };
  }

  boolean isSeeded(Workload workload, String state) {
    return states(workload).contains(new StateId(state));
  }
}
