package io.taidon.engine.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.taidon.engine.InstanceView;
import io.taidon.engine.JobView;
import io.taidon.engine.ListFilter;
import io.taidon.engine.NameView;
import io.taidon.engine.StateView;
import io.taidon.engine.local.LocalEngine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;

/** Whether registry, disk and processes of a store agree, for a store whose engine does nothing. */
final class StoreCheck {
  private final Path store;
  private final LocalEngine engine;

  StoreCheck(Path store, LocalEngine engine) {
    this.store = store;
    this.engine = engine;
  }

  void run() throws IOException, InterruptedException {
    states();
    // An instance that was replaced goes just after the job is over.
    Awaitility.await("instances").atMost(Duration.ofSeconds(20)).untilAsserted(this::instances);
    names();
    jobs();
    workAreas();
    processes();
    mounts();
  }

  private void states() throws IOException {
    List<String> expected = new ArrayList<>();
    for (StateView state : engine.states(ListFilter.ALL)) {
      expected.add(state.stateId());
      expected.add(state.stateId() + ".json");
    }
    // Written aside for a moment by the upkeep of the living engine.
    Awaitility.await("files of states")
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(() ->
            assertThat(Trees.names(store.resolve("states")))
                // Where overlay notes who stands on what.
                .filteredOn(name -> !name.equals(".overlay"))
                .containsExactlyInAnyOrderElementsOf(expected));
  }

  private void instances() throws IOException {
    List<InstanceView> instances = engine.instances(ListFilter.ALL);
    assertThat(Trees.names(store.resolve("instances")))
        .containsExactlyInAnyOrderElementsOf(
            instances.stream().map(InstanceView::instanceId).toList());
    for (InstanceView instance : instances) {
      assertThat(instance.status()).isIn("running", "stopped", "crashed");
      assertThat(Trees.names(store.resolve("instances").resolve(instance.instanceId())))
          // A running one's roles are in its server, and a file of them would soon be out of date.
          .filteredOn(name -> !name.equals("roles") || instance.status().equals("running"))
          .containsExactly("control", "data", "instance.json", "secret");
      assertThat(engine.states(ListFilter.ALL).stream().map(StateView::stateId))
          .contains(instance.stateId());
    }
  }

  private void names() {
    Set<String> instances =
        engine.instances(ListFilter.ALL).stream()
            .map(InstanceView::instanceId)
            .collect(Collectors.toSet());
    assertThat(engine.names(ListFilter.ALL))
        .allMatch(n ->
            n.status().equals("missing") != n.instanceId().map(instances::contains).orElse(false))
        .extracting(NameView::name)
        .doesNotHaveDuplicates();
  }

  /** Each has ended, and says so to whoever follows its events. */
  private void jobs() throws IOException, InterruptedException {
    List<String> known = new ArrayList<>();
    for (JobView job : engine.jobs(ListFilter.ALL)) {
      assertThat(job.status().isTerminal()).as("%s has ended", job).isTrue();
      assertThat(new Client(engine, store, java.util.Optional.empty()).await(job).status())
          .isEqualTo(job.status());
      known.add(job.jobId());
    }
    assertThat(known).containsAll(Trees.names(store.resolve("jobs")));
    if (Files.exists(store.resolve("manifests"))) {
      assertThat(Trees.names(store.resolve("manifests"))).allMatch(n -> n.endsWith(".json"));
    }
  }

  private void workAreas() throws IOException {
    List<String> sessions = Trees.names(store.resolve("builds"));
    assertThat(sessions).hasSize(1);
    assertThat(Trees.names(store.resolve("builds").resolve(sessions.getFirst())))
        .containsExactly("owner.lock");
  }

  private void processes() {
    Set<Path> running =
        engine.instances(ListFilter.ALL).stream()
            .filter(i -> i.status().equals("running"))
            .map(i -> store.resolve("instances").resolve(i.instanceId()).resolve("data"))
            .collect(Collectors.toSet());
    Awaitility.await("processes of dead engines")
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() ->
            assertThat(Processes.all().filter(p -> p.uses(store)))
                .allMatch(p -> running.contains(p.directory())));
    assertThat(Processes.all().map(Processes::directory)).containsAll(running);
  }

  /**
   * When all instances are stopped: no mount but the datasets that states and instances are, where
   * they are such.
   */
  static void requireFewMounts(Path store) throws IOException {
    assertThat(mounts(store)).allMatch(m -> m.type().contains("zfs") && isCluster(store, m));
  }

  /** Nothing is mounted but what running instances need and what is a cluster itself. */
  private void mounts() throws IOException {
    List<Path> running =
        engine.instances(ListFilter.ALL).stream()
            .map(i -> store.resolve("instances").resolve(i.instanceId()).resolve("data"))
            .toList();
    assertThat(mounts(store))
        .allMatch(
            m -> running.contains(m.at()) || (m.type().contains("zfs") && isCluster(store, m)));
  }

  private static boolean isCluster(Path store, Mount mount) {
    Path below = store.relativize(mount.at());
    return Files.exists(mount.at().resolve("PG_VERSION"))
        && ((below.startsWith("states") && below.getNameCount() == 2)
            || (below.startsWith("instances") && below.endsWith("data")));
  }

  private record Mount(Path at, String type) {}

  /** By proc(5): the fifth field is the place, the one after the hyphen the type. */
  private static List<Mount> mounts(Path store) throws IOException {
    return Files.readAllLines(Path.of("/proc/self/mountinfo")).stream()
        .map(
            line -> new Mount(Path.of(line.split(" ")[4]), line.substring(line.indexOf(" - ") + 3)))
        .filter(m -> m.at().startsWith(store) && !m.at().equals(store))
        .toList();
  }
}
