package io.taidon.gateway.directory.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.taidon.crds.v1alpha1.DbInstance;
import io.taidon.crds.v1alpha1.DbInstanceStatus;
import io.taidon.crds.v1alpha1.DbInstanceStatusBuilder;
import io.taidon.crds.v1alpha1.InstanceReason;
import io.taidon.gateway.directory.Availability;
import io.taidon.gateway.directory.BackendLogin;
import io.taidon.gateway.directory.Endpoint;
import io.taidon.gateway.directory.InstanceChange;
import io.taidon.gateway.directory.InstanceReference;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class InstanceViewTest {
  private static final String AT = "10.0.0.7:5432";
  private static final String REQUESTED = "2026-11-28T12:00:00Z";

  @Test
  void without_a_status_it_is_on_its_way() {
    DbInstance resource = resource("u1", null);
    assertThat(new InstanceView(resource).availability()).isEqualTo(new Availability.Asleep());
    assertThat(new InstanceView(resource).secretName()).isEqualTo("shop-credentials");
    assertThat(new InstanceView(resource).instance().id()).isEqualTo("shop.team-a");
  }

  @Test
  void runs_where_its_address_says() {
    InetSocketAddress address = new InetSocketAddress(InetAddress.ofLiteral("10.0.0.7"), 5432);
    assertThat(view(InstanceReason.RUNNING, AT).availability())
        .isEqualTo(new Availability.Running(new Endpoint(address, new BackendLogin.Scram())));
    assertThat(view(InstanceReason.STARTING, AT).availability())
        .isEqualTo(new Availability.Asleep());
  }

  @Test
  void one_that_is_to_stop_keeps_who_is_in_and_lets_nobody_in() {
    InstanceView stopping = view(InstanceReason.STOPPING, AT);
    assertThat(stopping.availability()).isEqualTo(new Availability.Asleep());
    assertThat(stopping.changeSince(view(InstanceReason.RUNNING, AT))).isEmpty();
    assertThat(stopping.open()).isEmpty();
    assertThat(view(InstanceReason.STARTING, AT).open()).isPresent();
    assertThat(view(InstanceReason.STOPPING, null).changeSince(stopping))
        .contains(new InstanceChange.Stopped("shop.team-a"));
  }

  @Test
  void what_the_pod_of_this_start_announces_counts_until_the_address_is_known() {
    InstanceView starting = announced(InstanceReason.STARTING, REQUESTED, AT);
    assertThat(starting.open()).isEqualTo(view(InstanceReason.RUNNING, AT).endpoint());
    assertThat(view(InstanceReason.STARTING, AT).changeSince(starting)).isEmpty();
    assertThat(view(InstanceReason.RUNNING, "10.0.0.8:5432").changeSince(starting))
        .contains(new InstanceChange.Stopped("shop.team-a"));

    assertThat(announced(InstanceReason.STARTING, "2026-11-28T11:00:00Z", AT).endpoint()).isEmpty();
    assertThat(announced(InstanceReason.STARTING, REQUESTED, "evil.example:5432").endpoint())
        .isEmpty();
    for (InstanceReason reason :
        List.of(InstanceReason.STOPPED, InstanceReason.STOPPING, InstanceReason.SERVER_FAILED)) {
      assertThat(announced(reason, REQUESTED, AT).endpoint()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "5432",
        ":5432",
        "10.0.0.7",
        "10.0.0.7:0",
        "10.0.0.7:70000",
        "evil.example:5432",
        "10.0.0.7:x"
      })
  void an_address_that_is_none_is_not_dialled(String address) {
    assertThat(view(InstanceReason.RUNNING, address).availability())
        .isEqualTo(new Availability.Asleep());
  }

  @ParameterizedTest
  @ValueSource(strings = {"[2001:db8::7]:5432", "2001:db8::7:5432"})
  void addresses_of_version_6_count(String address) {
    assertThat(view(InstanceReason.RUNNING, address).endpoint())
        .hasValueSatisfying(endpoint ->
            assertThat(((InetSocketAddress) endpoint.address()).getPort()).isEqualTo(5432));
  }

  @ParameterizedTest
  @EnumSource(
      value = InstanceReason.class,
      names = {"JOB_FAILED", "SERVER_FAILED", "DATA_LOST", "DELETING"})
  void what_will_not_come_up_says_why(InstanceReason reason) {
    assertThat(view(reason, null).availability())
        .isEqualTo(new Availability.Failed(reason.meaning()));
  }

  @Test
  void a_reason_from_the_future_is_no_failure() {
    Condition condition =
        new ConditionBuilder().withType("Ready").withReason("Rebalancing").withMessage("").build();
    InstanceView view = new InstanceView(resource("u1", status(condition, AT, null, null)));
    assertThat(view.availability()).isEqualTo(new Availability.Asleep());
  }

  @ParameterizedTest
  @CsvSource({
    "The pod of the server is on the way.,the pod of the server is on the way",
    "PrepareJob `x` is not done.,PrepareJob `x` is not done",
    "None of the nodes has room,none of the nodes has room"
  })
  void a_step_stands_within_a_sentence(String message, String step) {
    Condition condition = condition(InstanceReason.STARTING, message);
    assertThat(new InstanceView(resource("u1", status(condition, null, null, null))).step())
        .contains(step);
  }

  @Test
  void sleep_is_no_step() {
    assertThat(view(InstanceReason.STOPPED, null).step()).isEmpty();
  }

  @Test
  void references_have_a_namespace_or_the_default_one() {
    InstanceReference whole = new InstanceReference("shop.team-a");
    InstanceReference bare = new InstanceReference("shop");
    assertThat(InstanceKey.of(whole, Optional.of("x"))).contains(new InstanceKey("team-a", "shop"));
    assertThat(InstanceKey.of(bare, Optional.of("x"))).contains(new InstanceKey("x", "shop"));
    assertThat(InstanceKey.of(bare, Optional.empty())).isEmpty();
  }

  @Test
  void tells_what_happened_to_those_who_are_connected() {
    InstanceView running = view(InstanceReason.RUNNING, AT);
    InstanceView starting = view(InstanceReason.STARTING, AT);
    InstanceView stopped = view(InstanceReason.STOPPED, null);
    InstanceView moved = view(InstanceReason.RUNNING, "10.0.0.8:5432");
    var stop = new InstanceChange.Stopped("shop.team-a");
    assertThat(running.changeSince(starting)).isEmpty();
    assertThat(running.changeSince(stopped)).isEmpty();
    assertThat(stopped.changeSince(running)).contains(stop);
    assertThat(moved.changeSince(running)).contains(stop);
  }

  @Test
  void a_deletion_says_why_and_is_told_once() {
    InstanceView running = view(InstanceReason.RUNNING, AT);
    DbInstance going = resource("u1", running.resource().getStatus());
    going.getMetadata().setDeletionTimestamp("2026-01-01T00:00:00Z");
    InstanceView deleted = new InstanceView(going);
    assertThat(deleted.changeSince(running))
        .contains(new InstanceChange.Deleted("shop.team-a", "it was deleted"));
    assertThat(deleted.changeSince(deleted)).isEmpty();
    InstanceView expiring =
        new InstanceView(
            resource(
                "u1",
                status(condition(InstanceReason.RUNNING, "."), AT, "2026-01-01T00:00:00Z", null)));
    assertThat(expiring.deletion(Instant.parse("2026-01-01T00:00:00Z")))
        .isEqualTo(new InstanceChange.Deleted("shop.team-a", "it expired"));
    assertThat(expiring.deletion(Instant.parse("2025-12-31T23:59:59Z")))
        .isEqualTo(new InstanceChange.Deleted("shop.team-a", "it was deleted"));
  }

  @Test
  void another_of_the_same_name_is_another() {
    InstanceView before = view(InstanceReason.RUNNING, AT);
    InstanceView now = new InstanceView(resource("u2", before.resource().getStatus()));
    assertThat(now.changeSince(before)).get().isInstanceOf(InstanceChange.Deleted.class);
  }

  @Test
  void a_time_that_is_none_is_none() {
    assertThat(InstanceView.time("yesterday")).isEmpty();
    assertThat(InstanceView.time(null)).isEmpty();
  }

  private static InstanceView view(InstanceReason reason, String address) {
    return new InstanceView(
        resource("u1", status(condition(reason, reason.meaning()), address, null, null)));
  }

  private static Condition condition(InstanceReason reason, String message) {
    return new ConditionBuilder()
        .withType("Ready")
        .withStatus(reason.status())
        .withReason(reason.value())
        .withMessage(message)
        .build();
  }

  static DbInstanceStatus status(
      Condition condition, String address, String expiry, String stopTime) {
    return new DbInstanceStatusBuilder()
        .withCondition(condition)
        .withSecret("shop-credentials")
        .withAddress(address)
        .withExpiryTime(expiry)
        .withStopTime(stopTime)
        .build();
  }

  /** One that starts for a request and has no address yet, with what a pod has announced. */
  private static InstanceView announced(InstanceReason reason, String of, String address) {
    return new InstanceView(
        resource(
            "u1",
            new DbInstanceStatusBuilder()
                .withCondition(condition(reason, reason.meaning()))
                .withStart(REQUESTED)
                .withAnnouncement(of, address)
                .build()));
  }

  private static DbInstance resource(String uid, DbInstanceStatus status) {
    DbInstance resource = new DbInstance();
    resource.setMetadata(
        new ObjectMetaBuilder().withNamespace("team-a").withName("shop").withUid(uid).build());
    resource.setStatus(status);
    return resource;
  }
}
