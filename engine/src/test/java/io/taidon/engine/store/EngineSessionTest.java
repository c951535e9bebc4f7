package io.taidon.engine.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EngineSessionTest {
  @TempDir Path directory;
  private StoreLayout layout;

  @BeforeEach
  void create() {
    layout = StoreSamples.layout(directory);
  }

  @Test
  void aLivingSessionIsNotDead() throws Exception {
    try (EngineSession own = EngineSession.begin(layout);
        StoreProcess other = StoreProcess.start(layout)) {
      assertThat(other.answer()).isEqualTo("ready");
      SessionId theirs = new SessionId(other.ask("session"));
      assertThat(EngineSession.claimDead(layout)).isEmpty();
      assertThat(other.ask("dead")).isEqualTo("0");
      assertThat(layout.builds(own.id())).isDirectory();
      assertThat(layout.builds(theirs)).isDirectory();
    }
    assertThat(layout.builds()).isEmptyDirectory();
  }

  @Test
  void aSessionThatEndsWithWorkLeftIsDead() throws Exception {
    SessionId id;
    try (EngineSession session = EngineSession.begin(layout)) {
      id = session.id();
      Files.createDirectories(layout.build(id, JobId.random()));
    }
    try (EngineSession.DeadSession dead = only(EngineSession.claimDead(layout))) {
      assertThat(dead.id()).isEqualTo(id);
    }
  }

  @Test
  void aKilledSessionIsHandedOutToOneOnly() throws Exception {
    SessionId id;
    try (StoreProcess victim = StoreProcess.start(layout)) {
      assertThat(victim.answer()).isEqualTo("ready");
      id = new SessionId(victim.ask("session"));
      victim.kill();
    }
    Files.createDirectories(layout.build(id, JobId.random()));
    try (StoreProcess first = StoreProcess.start(layout);
        StoreProcess second = StoreProcess.start(layout)) {
      assertThat(first.answer()).isEqualTo("ready");
      assertThat(second.answer()).isEqualTo("ready");
      first.tell("dead");
      second.tell("dead");
      assertThat(Integer.parseInt(first.answer()) + Integer.parseInt(second.answer())).isOne();
      assertThat(EngineSession.claimDead(layout)).isEmpty();
      first.kill();
      second.kill();
    }
    EngineSession.DeadSession dead = only(EngineSession.claimDead(layout));
    assertThat(EngineSession.claimDead(layout)).isEmpty();
    assertThat(dead.id()).isEqualTo(id);
    assertThat(dead.remove()).as("something is left").isFalse();

    EngineSession.DeadSession again = only(EngineSession.claimDead(layout));
    try (var jobs = Files.newDirectoryStream(again.directory(), "[!o]*")) {
      for (Path job : jobs) {
        Files.delete(job);
      }
    }
    assertThat(again.remove()).isTrue();
    assertThat(layout.builds()).isEmptyDirectory();
    assertThat(EngineSession.claimDead(layout)).isEmpty();
  }

  @Test
  void foreignEntriesAreLeftAlone() throws Exception {
    Files.createDirectories(layout.builds().resolve("notes"));
    Files.createSymbolicLink(layout.builds().resolve(SessionId.random().hex()), directory);
    assertThat(EngineSession.claimDead(layout)).isEmpty();
    assertThat(directory.resolve("owner.lock")).doesNotExist();
  }

  @Test
  void oneServerPerStore() throws Exception {
    try (StoreProcess other = StoreProcess.start(layout)) {
      assertThat(other.answer()).isEqualTo("ready");
      assertThat(other.ask("serve")).isEqualTo("acquired");
      assertThat(StoreLock.tryAcquire(layout))
          .isEqualTo(new StoreLock.Attempt.HeldByAnother(OptionalLong.of(other.pid())));
      other.kill();
    }
    StoreLock.Attempt attempt = StoreLock.tryAcquire(layout);
    assertThat(attempt).isInstanceOf(StoreLock.Attempt.Acquired.class);
    try (StoreLock own = ((StoreLock.Attempt.Acquired) attempt).lock();
        StoreProcess late = StoreProcess.start(layout)) {
      long pid = ProcessHandle.current().pid();
      assertThat(StoreLock.tryAcquire(layout))
          .isEqualTo(new StoreLock.Attempt.HeldByAnother(OptionalLong.of(pid)));
      assertThat(late.answer()).isEqualTo("ready");
      assertThat(late.ask("serve")).isEqualTo("held " + pid);
      own.close();
      assertThat(late.ask("serve")).isEqualTo("acquired");
    }
  }

  private static EngineSession.DeadSession only(List<EngineSession.DeadSession> dead) {
    assertThat(dead).hasSize(1);
    return dead.getFirst();
  }
}
