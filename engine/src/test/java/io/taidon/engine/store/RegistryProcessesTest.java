package io.taidon.engine.store;

import static io.taidon.engine.store.StoreSamples.CLOCK;
import static io.taidon.engine.store.StoreSamples.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RegistryProcessesTest {
  private static final int TIMES = 150;

  @TempDir Path directory;

  @Test
  void twoProcessesOpenAndWriteAtOnce() throws Exception {
    StoreLayout layout = StoreSamples.layout(directory);
    JobRecord job = StoreSamples.job(NOW);
    try (Registry registry = Registry.open(layout, CLOCK)) {
      registry.jobs().insert(job, List.of());
    }
    try (StoreProcess first = StoreProcess.start(layout);
        StoreProcess second = StoreProcess.start(layout)) {
      assertThat(first.answer()).isEqualTo("ready");
      assertThat(second.answer()).isEqualTo("ready");
      first.tell("work " + job.id() + " " + TIMES);
      second.tell("work " + job.id() + " " + TIMES);
      int here = StoreProcess.work(layout, job.id().hex(), TIMES);
      List<Integer> seen =
          List.of(here, Integer.parseInt(first.answer()), Integer.parseInt(second.answer()));
      assertThat(seen).as("the last to look sees all").contains(3 * TIMES);
    }
    try (Registry registry = Registry.open(layout, CLOCK)) {
      assertThat(registry.recovered()).isEmpty();
      assertThat(registry.events().read(job.id(), 1, 10_000))
          .extracting(JobEvent::seq)
          .containsExactlyElementsOf(LongStream.rangeClosed(1, 6L * TIMES).boxed().toList());
      assertThat(registry.states().list(StateFilter.ALL))
          .allSatisfy(state -> assertThat(state.useCount()).isOne());
    }
  }

  @Test
  void manyProcessesMakeTheRegistryTogether() throws Exception {
    StoreLayout layout = StoreSamples.layout(directory);
    try (StoreProcess first = StoreProcess.start(layout);
        StoreProcess second = StoreProcess.start(layout)) {
      assertThat(first.answer()).isEqualTo("ready");
      assertThat(second.answer()).isEqualTo("ready");
      first.tell("open");
      second.tell("open");
      try (Registry registry = Registry.open(layout, CLOCK)) {
        assertThat(registry.states().list(StateFilter.ALL)).isEmpty();
      }
      assertThat(first.answer()).isEqualTo("opened");
      assertThat(second.answer()).isEqualTo("opened");
    }
  }
}
