package io.taidon.engine.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.taidon.engine.JobView;
import io.taidon.engine.ListFilter;
import io.taidon.engine.StateView;
import io.taidon.engine.Thorough;
import io.taidon.engine.snapshot.LoopFileSystem;
import io.taidon.engine.snapshot.LoopFileSystem.Type;
import io.taidon.engine.snapshot.copy.CopyBackend;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.FieldSource;

/** States that somebody changes behind the engine's back: found, never used, and built again. */
class DamagedStatesTest {
  private static final String TABLE = "create table t (i int)";
  private static final String ROWS = "insert into t select generate_series(1, 20000)";
  private static final String COUNT = "select count(*) from t";

  static final List<Type> TYPES = Thorough.orFirst(2, List.of(Type.BTRFS, Type.EXT4, Type.XFS));

  @TempDir Path directory;
  private EngineOnDisk at;

  private void open(Type type, int megabytes) throws IOException {
    at = new EngineOnDisk(type, megabytes, Files.createDirectory(directory.resolve("workspace")));
  }

  @AfterEach
  void close() {
    if (at != null) {
      at.close();
    }
  }

  @ParameterizedTest
  @FieldSource("TYPES")
  void a_damaged_state_is_found_and_built_again(Type type) throws Exception {
    open(type, 1024);
    JobView first = prepared();
    Path state = at.store().resolve("states").resolve(first.result().orElseThrow().stateId());

    for (Damage damage : Damage.values()) {
      awaitMeasured();
      unlock(state);
      damage.inflict(state);

      JobView again = prepared();

      assertThat(again.result().orElseThrow().stateId()).isEqualTo(state.getFileName().toString());
      assertThat(again.result().orElseThrow().cached()).as(damage.name()).isFalse();
      assertThat(at.messages(again)).as(damage.name()).contains("was damaged and is built again");
      assertThat(at.query(again, COUNT)).isEqualTo("20000\n");
      assertThat(at.query(first, COUNT)).as("a clone made before").isEqualTo("20000\n");
    }
    awaitMeasured();
    JobView last = prepared();
    assertThat(last.result().orElseThrow().cached()).isTrue();
    assertThat(at.messages(last)).doesNotContain("damaged");
  }

  @ParameterizedTest
  @EnumSource(names = {"BTRFS", "XFS"})
  void a_damaged_state_on_the_way_is_never_built_upon(Type type) throws Exception {
    open(type, 1024);
    JobView first = prepared();
    awaitMeasured();
    Path state = at.store().resolve("states").resolve(first.result().orElseThrow().stateId());
    unlock(state);
    Damage.A_RELATION_TRUNCATED.inflict(state);

    JobView next = at.await(at.engine().submit(at.request(TABLE, ROWS, "create table u (i int)")));

    assertThat(next.error()).isEmpty();
    assertThat(at.messages(next)).contains("was damaged and is built again");
    assertThat(at.query(next, COUNT)).isEqualTo("20000\n");
  }

  /** What happens to states. */
  private enum Damage {
    A_RELATION_TRUNCATED {
      @Override
      void inflict(Path state) throws IOException {
        truncate(largest(state), 8192);
      }
    },
    A_RELATION_OVERWRITTEN {
      @Override
      void inflict(Path state) throws IOException {
        try (FileChannel file = FileChannel.open(largest(state), StandardOpenOption.WRITE)) {
          file.write(java.nio.ByteBuffer.wrap(new byte[8192]), 0);
        }
      }
    },
    CONTROL_FILE_TRUNCATED {
      @Override
      void inflict(Path state) throws IOException {
        truncate(state.resolve("global/pg_control"), 100);
      }
    },
    NO_VERSION {
      @Override
      void inflict(Path state) throws IOException {
        Files.delete(state.resolve("PG_VERSION"));
      }
    },
    A_FILE_DELETED {
      @Override
      void inflict(Path state) throws IOException {
        Files.delete(largest(state));
      }
    },
    GONE {
      @Override
      void inflict(Path state) {
        CopyBackend.create().delete(state);
      }
    };

    abstract void inflict(Path state) throws IOException;

    static void truncate(Path file, long size) throws IOException {
      try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
        channel.truncate(size);
      }
    }

    /** The table's own file: there is no larger one. */
    static Path largest(Path state) throws IOException {
      try (Stream<Path> files = Files.walk(state.resolve("base"))) {
        return files
            .filter(Files::isRegularFile)
            .max((a, b) -> Long.compare(a.toFile().length(), b.toFile().length()))
            .orElseThrow();
      }
    }
  }

  /** Whoever wants to damage a read-only subvolume makes it writable first. */
  private void unlock(Path state) throws Exception {
    LoopFileSystem.tryToRun(
        "btrfs", "property", "set", "-f", "-ts", state.toString(), "ro", "false");
  }

  private JobView prepared() throws InterruptedException {
    return at.succeeded(at.request(TABLE, ROWS));
  }

  private void awaitMeasured() {
    Awaitility.await("states are measured in the background")
        .atMost(Duration.ofSeconds(30))
        .until(() ->
            at.engine().states(ListFilter.ALL).stream().allMatch(DamagedStatesTest::isMeasured));
  }

  private static boolean isMeasured(StateView state) {
    return state.sizeBytes() > 0;
  }
}
