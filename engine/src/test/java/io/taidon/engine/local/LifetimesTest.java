package io.taidon.engine.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import io.taidon.engine.DeleteResult;
import io.taidon.engine.InstanceAccess.Reachable;
import io.taidon.engine.InstanceEvent;
import io.taidon.engine.InstanceUse;
import io.taidon.engine.InstanceView;
import io.taidon.engine.Lifetime;
import io.taidon.engine.ListFilter;
import io.taidon.engine.PrepareRequest.NamePolicy;
import io.taidon.engine.postgres.ClusterTemplate;
import io.taidon.engine.postgres.SimpleQueryConnection;
import io.taidon.engine.store.InstanceId;
import io.taidon.engine.store.InstanceTable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When instances end, who hears of it, and how the end is put off. */
class LifetimesTest {
  private static final Duration HOUR = Duration.ofHours(1);
  private static final Duration DAY = Duration.ofDays(1);

  @TempDir static Path directory;
  private static EngineInTime at;

  @BeforeAll
  static void open() throws IOException {
    at = new EngineInTime(directory);
  }

  @AfterEach
  void clear() {
    at.clear();
  }

  @AfterAll
  static void close() {
    at.close();
  }

  @Test
  void an_instance_without_a_name_is_gone_a_day_later_with_all_it_had() {
    String id = at.prepare(Optional.empty(), NamePolicy.CREATE, Lifetime.STANDARD);
    Path itsDirectory = at.store().resolve("instances").resolve(id);
    assertThat(itsDirectory.resolve("secret")).exists();
    assertThat(at.engine().instance(id).expiresAt()).contains(at.clocks().now().plus(DAY));

    at.clocks().pass(DAY.minusSeconds(1));
    at.look();
    assertThat(at.engine().instances(ListFilter.ALL)).hasSize(1);

    at.clocks().pass(Duration.ofSeconds(1));
    at.look();
    EngineInTime.awaiting().until(() -> at.engine().instances(ListFilter.ALL).isEmpty());
    assertThat(itsDirectory).doesNotExist();
    assertThat(at.engine().access().find(id)).isEmpty();
  }

  @Test
  void one_that_a_name_leads_to_lives_on_for_a_month_after_each_use() {
    String id = at.prepare(Optional.of("dev"), NamePolicy.CREATE, Lifetime.STANDARD);
    assertThat(at.end(id)).isEqualTo(at.clocks().now().plus(Duration.ofDays(30)));

    at.clocks().pass(Duration.ofDays(20));
    at.engine().access().used(id, new InstanceUse(0, at.clocks().now()));
    assertThat(at.end(id)).isEqualTo(at.clocks().now().plus(Duration.ofDays(30)));
    at.look();
    assertThat(at.written(id)).isEqualTo(at.clocks().now().plus(Duration.ofDays(30)));

    at.clocks().pass(Duration.ofDays(30));
    at.look();
    EngineInTime.awaiting().until(() -> at.engine().instances(ListFilter.ALL).isEmpty());
    assertThat(at.engine().name("dev").status()).isEqualTo("missing");
  }

  @Test
  void a_time_that_was_wished_counts_whatever_happens() {
    String id =
        at.prepare(Optional.of("short"), NamePolicy.CREATE, lifetime(HOUR, Optional.empty()));
    at.clocks().pass(Duration.ofMinutes(59));
    at.engine().access().used(id, new InstanceUse(0, at.clocks().now()));
    at.look();
    assertThat(at.end(id)).isEqualTo(at.clocks().now().plus(Duration.ofMinutes(1)));

    assertThat(at.prepare(Optional.of("short"), NamePolicy.REUSE, Lifetime.STANDARD)).isEqualTo(id);
    assertThat(at.end(id))
        .as("given anew, for as long as was wished")
        .isEqualTo(at.clocks().now().plus(HOUR));
  }

  @Test
  void extending_puts_the_end_off_and_never_brings_it_nearer() {
    String id = at.prepare(Optional.empty(), NamePolicy.CREATE, Lifetime.STANDARD);
    List<InstanceEvent> heard = new CopyOnWriteArrayList<>();
    try (var unused = at.engine().access().watch(heard::add)) {
      at.engine().extendInstance(id, Optional.of(Duration.ofDays(7)));
      assertThat(at.end(id)).isEqualTo(at.clocks().now().plus(Duration.ofDays(7)));
      assertThat(heard).contains(new InstanceEvent.ExpiryChanged(id, Optional.of(at.end(id))));
      at.engine().extendInstance(id, Optional.of(HOUR));
      assertThat(at.end(id)).isEqualTo(at.clocks().now().plus(Duration.ofDays(7)));
      at.engine().extendInstance(id, Optional.of(Duration.ZERO));
      assertThat(at.end(id))
          .as("as long as is allowed")
          .isEqualTo(at.clocks().now().plus(Duration.ofDays(90)));
    }
    assertThat(at.written(id)).isEqualTo(at.end(id));
  }

  @Test
  void nobody_gets_more_than_is_allowed() {
    assertRefused(lifetime(Duration.ofDays(91), Optional.empty()), "instances.maxTtl");
    at.engine().setConfig("instances.maxIdleTimeout", JsonNodeFactory.instance.textNode("2h"));
    assertRefused(new Lifetime(Optional.empty(), Optional.of(DAY)), "instances.maxIdleTimeout");
    String id = at.prepare(Optional.empty(), NamePolicy.CREATE, Lifetime.STANDARD);
    assertThatThrownBy(() -> at.engine().extendInstance(id, Optional.of(Duration.ofDays(91))))
        .isInstanceOf(TaidonException.class);
  }

  private void assertRefused(Lifetime wish, String setting) {
    assertThatThrownBy(
            () -> at.engine().submit(at.request(Optional.empty(), NamePolicy.CREATE, wish)))
        .isInstanceOfSatisfying(
            TaidonException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT);
              assertThat(e.sentence()).contains(setting);
            });
  }

  @Test
  void those_who_are_connected_hear_of_the_end_before_the_server_goes() {
    String id = at.prepare(Optional.empty(), NamePolicy.CREATE, lifetime(HOUR, Optional.empty()));
    at.engine().access().used(id, new InstanceUse(1, at.clocks().now()));
    List<InstanceEvent> heard = new CopyOnWriteArrayList<>();
    try (var unused = at.engine().access().watch(heard::add)) {
      at.clocks().pass(HOUR);
      at.look();
      EngineInTime.awaiting().until(() -> !heard.isEmpty());
      assertThat(heard.getFirst()).isEqualTo(ending(id, false));
      assertThat(at.engine().access().find(id)).as("nobody new gets in").isEmpty();
      assertThat(at.store().resolve("instances").resolve(id)).exists();
      assertThatThrownBy(() -> at.engine().extendInstance(id, Optional.of(HOUR)))
          .as("too late")
          .isInstanceOfSatisfying(
              TaidonException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CONFLICT));

      at.engine().access().used(id, new InstanceUse(0, at.clocks().now()));
      EngineInTime.awaiting().until(() -> at.engine().instances(ListFilter.ALL).isEmpty());
      assertThat(heard)
          .filteredOn(event -> !(event instanceof InstanceEvent.ExpiryChanged))
          .containsExactly(
              ending(id, false),
              ending(id, true),
              new InstanceEvent.Deleted(id, "Its time to live is over."));
    }
  }

  private static InstanceEvent ending(String id, boolean now) {
    return new InstanceEvent.Ending(id, "Its time to live is over.", now);
  }

  @Test
  void what_expired_while_no_engine_was_there_is_gone_before_anything_is_offered() {
    String gone = at.prepare(Optional.empty(), NamePolicy.CREATE, lifetime(HOUR, Optional.empty()));
    String stays = at.prepare(Optional.empty(), NamePolicy.CREATE, Lifetime.STANDARD);
    at.openAgainAfter(Duration.ofHours(2));

    assertThat(at.engine().instances(ListFilter.ALL))
        .extracting(InstanceView::instanceId)
        .containsExactly(stays);
    assertThat(at.store().resolve("instances").resolve(gone)).doesNotExist();
  }

  @Test
  void a_machine_that_slept_over_the_end_gives_a_grace() {
    String id = at.prepare(Optional.empty(), NamePolicy.CREATE, lifetime(HOUR, Optional.empty()));
    at.look();
    at.clocks().sleepThrough(Duration.ofHours(8));
    at.look();
    assertThat(at.engine().instance(id).status()).isEqualTo("running");
    at.engine().extendInstance(id, Optional.of(HOUR));

    at.clocks().pass(Duration.ofMinutes(11));
    at.look();
    assertThat(at.end(id)).isEqualTo(at.clocks().now().plus(Duration.ofMinutes(49)));

    at.clocks().sleepThrough(Duration.ofHours(8));
    at.look();
    at.clocks().pass(Duration.ofMinutes(11));
    at.look();
    EngineInTime.awaiting().until(() -> at.engine().instances(ListFilter.ALL).isEmpty());
  }

  @Test
  void an_instance_of_an_older_version_gets_an_end() {
    String id = at.prepare(Optional.empty(), NamePolicy.CREATE, Lifetime.STANDARD);
    at.clocks().pass(HOUR);
    InstanceTable instances = at.engine().parts().engine().registry().instances();
    assertThat(instances.change(new InstanceId(id), i -> i.expiring(Optional.empty()))).isPresent();
    at.look();
    assertThat(at.end(id)).isEqualTo(at.clocks().now().plus(DAY));
  }

  @Test
  void a_deletion_says_who_is_connected() throws Exception {
    String id = at.prepare(Optional.empty(), NamePolicy.CREATE, Lifetime.STANDARD);
    Path socket = at.engine().access().find(id).flatMap(Reachable::socket).orElseThrow();
    try (SimpleQueryConnection session =
        SimpleQueryConnection.open(
            socket, ClusterTemplate.SUPERUSER, "postgres", Duration.ofSeconds(30))) {
      session.query("SET application_name = 'report'");
      DeleteResult result = at.engine().deleteInstance(id, false, false);
      assertThat(result.outcome()).isEqualTo("blocked");
      assertThat(result.root().clients())
          .singleElement()
          .satisfies(client -> {
            assertThat(client.role()).isEqualTo(ClusterTemplate.SUPERUSER);
            assertThat(client.application()).contains("report");
            assertThat(client.state()).contains("idle");
          });
      assertThat(at.engine().deleteInstance(id, true, false).outcome()).isEqualTo("deleted");
    }
  }

  private static Lifetime lifetime(Duration ttl, Optional<Duration> idle) {
    return new Lifetime(Optional.of(ttl), idle);
  }
}
