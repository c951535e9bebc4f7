package io.taidon.engine.store;

import static io.taidon.engine.store.StoreSamples.CLOCK;
import static io.taidon.engine.store.StoreSamples.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import io.taidon.core.cache.EvictionReason;
import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import io.taidon.core.state.StateId;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random sequences of operations, compared with plain maps after each one. */
class RegistryModelTest {
  private static final int OPERATIONS = 250;
  private static final int STATES = 12;
  private static final int NAMES = 4;

  @TempDir Path directory;
  private StoreLayout layout;
  private Registry registry;
  private Random random;

  private final Map<String, State> states = new TreeMap<>();
  private final Map<String, String> instances = new TreeMap<>();
  private final Map<String, String> names = new TreeMap<>();
  private final Map<String, Job> jobs = new TreeMap<>();

  private record State(Optional<StateId> parent, long uses, boolean durable, long describedUses) {
    State used() {
      return new State(parent, uses + 1, durable, describedUses);
    }
  }

  private record Job(long order, boolean ended, long events) {}

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void behavesLikeMaps(long seed) throws Exception {
    random = new Random(seed);
    layout = StoreSamples.layout(directory);
    registry = Registry.open(layout, CLOCK);
    try {
      for (int i = 0; i < OPERATIONS; i++) {
        String operation = step();
        assertSame("seed " + seed + ", operation " + i + ", " + operation);
      }
    } finally {
      registry.close();
    }
  }

  private String step() throws Exception {
    return switch (random.nextInt(16)) {
      case 0, 1, 2 -> registerState();
      case 3 -> removeState();
      case 4 -> touchStates();
      case 5 -> markDurable();
      case 6, 7 -> registerInstance();
      case 8 -> removeInstance();
      case 9 -> bind(false);
      case 10 -> bind(true);
      case 11 -> removeName();
      case 12 -> insertJob();
      case 13 -> append();
      case 14 -> endJobs();
      default -> reopen();
    };
  }

  private String registerState() {
    StateId id = StoreSamples.stateId(random.nextInt(STATES));
    Optional<StateId> parent = pick(states.keySet()).map(StateId::new).filter(p -> !p.equals(id));
    StoreSamples.putDirectory(layout, id);
    boolean expected = !states.containsKey(id.hex());
    assertThat(registry.states().register(StoreSamples.state(id, parent))).isEqualTo(expected);
    if (expected) {
      states.put(id.hex(), new State(parent, 0, false, 0));
    }
    return "register";
  }

  private String removeState() throws Exception {
    StateId id = StoreSamples.stateId(random.nextInt(STATES));
    boolean used = instances.containsValue(id.hex());
    Optional<ErrorCode> refused =
        code(() -> registry.states().remove(id, Removal.because(EvictionReason.REMOVED)));
    assertThat(refused).isEqualTo(used ? Optional.of(ErrorCode.DELETION_BLOCKED) : refused);
    if (!used) {
      states.remove(id.hex());
      Files.deleteIfExists(layout.state(id).resolve("PG_VERSION"));
      Files.deleteIfExists(layout.state(id));
    }
    return "remove state";
  }

  private String touchStates() {
    List<StateId> some =
        states.keySet().stream().filter(id -> random.nextBoolean()).map(StateId::new).toList();
    registry.states().touch(some);
    some.forEach(id -> states.computeIfPresent(id.hex(), (key, state) -> state.used()));
    return "touch";
  }

  private String markDurable() {
    pick(states.keySet())
        .ifPresent(id -> {
          registry.states().markDurable(List.of(new StateId(id)), () -> {});
          states.computeIfPresent(
              id, (key, s) -> s.durable() ? s : new State(s.parent(), s.uses(), true, s.uses()));
        });
    return "mark durable";
  }

  private String registerInstance() {
    InstanceRecord instance = StoreSamples.instance(StoreSamples.stateId(random.nextInt(STATES)));
    boolean there = states.containsKey(instance.state().hex());
    Optional<ErrorCode> refused =
        code(() -> {
          registry.instances().register(instance);
          return true;
        });
    assertThat(refused).isEqualTo(there ? Optional.empty() : Optional.of(ErrorCode.NOT_FOUND));
    if (there) {
      instances.put(instance.id().hex(), instance.state().hex());
      states.computeIfPresent(instance.state().hex(), (key, state) -> state.used());
    }
    return "register instance";
  }

  private String removeInstance() throws Exception {
    Optional<String> id = pick(instances.keySet());
    if (id.isPresent()) {
      assertThat(registry.instances().remove(new InstanceId(id.get()))).isTrue();
      instances.remove(id.get());
      Files.delete(layout.instance(new InstanceId(id.get())));
    }
    return "remove instance";
  }

  private String bind(boolean again) {
    InstanceName name = new InstanceName("name-" + random.nextInt(NAMES));
    Optional<String> id = pick(instances.keySet());
    if (id.isPresent()) {
      InstanceId instance = new InstanceId(id.get());
      String present = names.getOrDefault(name.text(), id.get());
      boolean taken = !present.equals(id.get()) && instances.containsKey(present);
      Optional<ErrorCode> refused =
          code(() ->
              again
                  ? registry.names().rebind(name, instance)
                  : registry.names().bind(name, instance));
      assertThat(refused)
          .isEqualTo(taken && !again ? Optional.of(ErrorCode.NAME_IN_USE) : Optional.empty());
      if (refused.isEmpty()) {
        names.put(name.text(), id.get());
      }
    }
    return again ? "rebind" : "bind";
  }

  private String removeName() {
    InstanceName name = new InstanceName("name-" + random.nextInt(NAMES));
    assertThat(registry.names().remove(name)).isEqualTo(names.remove(name.text()) != null);
    return "remove name";
  }

  private String insertJob() {
    long order = jobs.values().stream().mapToLong(Job::order).max().orElse(0) + 1;
    JobRecord job = StoreSamples.job(NOW.plusSeconds(order));
    registry.jobs().insert(job, List.of());
    jobs.put(job.id().hex(), new Job(order, false, 0));
    return "insert job";
  }

  private String append() {
    Optional<String> id = pick(jobs.keySet());
    if (id.isPresent()) {
      int count = random.nextInt(5);
      List<JobEvent.Draft> drafts = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        drafts.add(StoreSamples.log("x"));
      }
      registry.events().append(new JobId(id.get()), drafts);
      jobs.computeIfPresent(
          id.get(), (key, job) -> new Job(job.order(), job.ended(), job.events() + count));
    }
    return "append";
  }

  private String endJobs() {
    pick(jobs.keySet())
        .ifPresent(id -> {
          registry.jobs().change(new JobId(id), job -> job.succeeded(NOW, "{}"));
          jobs.computeIfPresent(id, (key, job) -> new Job(job.order(), true, job.events()));
        });
    int keep = 1 + random.nextInt(3);
    new JobRetention(layout, registry).apply(keep, Instant.parse("2999-01-01T00:00:00Z"));
    List<Long> ended =
        jobs.values().stream().filter(Job::ended).map(Job::order).sorted().toList().reversed();
    if (ended.size() > keep) {
      long oldest = ended.get(keep - 1);
      jobs.values().removeIf(job -> job.ended() && job.order() < oldest);
    }
    return "end job and retention";
  }

  private String reopen() throws Exception {
    registry.close();
    boolean lost = random.nextInt(3) == 0;
    if (lost) {
      Files.delete(layout.registry());
      jobs.clear();
      names.values().removeIf(instance -> !instances.containsKey(instance));
      states.replaceAll(
          (id, s) -> new State(s.parent(), s.describedUses(), s.durable(), s.describedUses()));
    }
    registry = Registry.open(layout, CLOCK);
    return lost ? "lose the registry" : "reopen";
  }

  private void assertSame(String when) {
    assertThat(registry.states().list(StateFilter.ALL))
        .as(when)
        .allSatisfy(s -> {
          State expected = states.get(s.id().hex());
          assertThat(expected).isNotNull();
          assertThat(s.parent()).isEqualTo(expected.parent());
          assertThat(s.useCount()).isEqualTo(expected.uses());
          assertThat(s.durable()).isEqualTo(expected.durable());
        })
        .hasSize(states.size());
    assertThat(
            registry.instances().list(InstanceFilter.ALL).stream()
                .collect(Collectors.toMap(i -> i.id().hex(), i -> i.state().hex())))
        .as(when)
        .isEqualTo(instances);
    assertThat(
            registry.names().list().stream()
                .collect(Collectors.toMap(n -> n.name().text(), n -> n.instance().hex())))
        .as(when)
        .isEqualTo(names);
    assertThat(registry.names().list())
        .as(when)
        .allSatisfy(n ->
            assertThat(n.status() == NameStatus.MISSING)
                .isEqualTo(!instances.containsKey(n.instance().hex())));
    assertThat(
            registry.jobs().list(JobFilter.ALL).stream()
                .collect(Collectors.toMap(j -> j.id().hex(), j -> registry.events().count(j.id()))))
        .as(when)
        .isEqualTo(
            jobs.entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, e -> e.getValue().events())));
  }

  private Optional<String> pick(Collection<String> from) {
    List<String> sorted = from.stream().sorted().toList();
    return sorted.isEmpty()
        ? Optional.empty()
        : Optional.of(sorted.get(random.nextInt(sorted.size())));
  }

  private static Optional<ErrorCode> code(Supplier<?> operation) {
    try {
      operation.get();
      return Optional.empty();
    } catch (TaidonException e) {
      return Optional.of(e.code());
    }
  }
}
