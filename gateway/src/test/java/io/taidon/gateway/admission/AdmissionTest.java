package io.taidon.gateway.admission;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.util.NetUtil;
import io.taidon.gateway.admission.Entry.Admitted;
import io.taidon.gateway.admission.Entry.Place;
import io.taidon.gateway.admission.Refusal.Reason;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class AdmissionTest {
  private static final InetAddress HERE = address("192.0.2.1");
  private static final InetAddress THERE = address("192.0.2.2");

  /** Close to its end, as {@link System#nanoTime} may be. */
  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1);

  private final Admission admission =
      new Admission(
          AdmissionSettings.standard().withUnauthenticated(8, 4, 6).withSessions(10, 3, 5),
          nanos::get);

  @Test
  void theOldestSocketMakesRoom() {
    List<Integer> shed = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      int number = i;
      admitted(admission.accept(address("192.0.2." + i), () -> shed.add(number)));
    }
    assertThat(shed).containsExactly(0, 1);
    assertThat(admission.unauthenticated()).isEqualTo(8);
  }

  @Test
  void aSocketThatLoggedInIsNotShed() {
    AtomicInteger shed = new AtomicInteger();
    Place first = admitted(admission.accept(HERE, shed::incrementAndGet));
    first.close();
    for (int i = 10; i < 18; i++) {
      admitted(admission.accept(address("192.0.2." + i), () -> {}));
    }
    assertThat(shed).hasValue(0);
  }

  @Test
  void oneAddressCannotTakeAllPlaces() {
    for (int i = 0; i < 4; i++) {
      admitted(admission.accept(HERE, () -> {}));
    }
    assertRefused(admission.accept(HERE, () -> {}), Reason.SOCKETS_OF_ADDRESS, "53300");
    admitted(admission.accept(THERE, () -> {}));
  }

  @Test
  void anAddressThatLoggedInMayHaveMorePlaces() {
    admission.succeeded(HERE, "orders");
    for (int i = 0; i < 6; i++) {
      admitted(admission.accept(HERE, () -> {}));
    }
    assertRefused(admission.accept(HERE, () -> {}), Reason.SOCKETS_OF_ADDRESS, "53300");
  }

  @Test
  void aPlaceIsGivenBackOnce() {
    Place place = admitted(admission.accept(HERE, () -> {}));
    place.close();
    place.close();
    assertThat(admission.unauthenticated()).isZero();
    Place session = admitted(admission.openSession(HERE, "id", OptionalInt.empty()));
    session.close();
    session.close();
    assertThat(admission.sessions()).isZero();
    assertThat(admission.sessionsOf("id")).isZero();
  }

  @Test
  void ofTwoAddressesInOneSubnetOfIpv6EachHasTheSameStanding() {
    fail(10, address("2001:db8::1"), "orders");
    assertThat(admission.attempt(address("2001:db8::2"), "orders")).isPresent();
    assertThat(admission.attempt(address("2001:db8:0:1::2"), "orders")).isEmpty();
  }

  @Test
  void tenFailuresOfOneAddressWithOneInstanceLockNobodyElseOut() {
    fail(10, HERE, "orders");
    assertThat(admission.attempt(HERE, "orders"))
        .hasValueSatisfying(refusal -> {
          assertThat(refusal.reason()).isEqualTo(Reason.FAILURES);
          assertThat(refusal.reason().sqlState()).isEqualTo("53400");
          assertThat(refusal.hint()).contains("Try again in 120 seconds.");
        });
    assertThat(admission.attempt(HERE, "invoices")).isEmpty();
    assertThat(admission.attempt(THERE, "orders")).isEmpty();
    nanos.addAndGet(Duration.ofSeconds(120).toNanos());
    assertThat(admission.attempt(HERE, "orders")).isEmpty();
  }

  @Test
  void guessesThatAreUnderWayDoNotGetPastTheBreaker() {
    for (int i = 0; i < 50; i++) {
      assertThat(admission.attempt(HERE, "orders")).isEmpty();
    }
    int looked = 0;
    for (int i = 0; i < 50; i++) {
      if (admission.recheck(HERE, "orders").isEmpty()) {
        looked++;
        admission.failed(HERE, "orders");
      }
    }
    assertThat(looked).isEqualTo(10);
  }

  @Test
  void manyNamesForOneInstanceAreNotManyGuesses() {
    int looked = 0;
    for (int i = 0; i < 1000; i++) {
      String name = "orders" + i;
      if (admission.attempt(HERE, name).isEmpty()) {
        looked++;
        admission.failed(HERE, name);
      }
    }
    assertThat(looked).isEqualTo(100);
  }

  @Test
  void theRateHoldsUntilTheFirstSuccess() {
    for (int i = 0; i < 200; i++) {
      assertThat(admission.attempt(HERE, "orders")).isEmpty();
    }
    assertThat(admission.attempt(HERE, "orders"))
        .contains(new Refusal(Reason.RATE, Duration.ofMillis(50)));
    admission.succeeded(HERE, "orders");
    for (int i = 0; i < 1000; i++) {
      assertThat(admission.attempt(HERE, "orders")).isEmpty();
      admission.succeeded(HERE, "orders");
    }
  }

  @Test
  void sessionsAreLimitedByInstanceAddressAndInAll() {
    for (int i = 0; i < 2; i++) {
      admitted(admission.openSession(HERE, "small", OptionalInt.of(2)));
    }
    assertRefused(
        admission.openSession(HERE, "small", OptionalInt.of(2)),
        Reason.SESSIONS_OF_INSTANCE,
        "53300");
    for (int i = 0; i < 3; i++) {
      admitted(admission.openSession(HERE, "large", OptionalInt.of(99)));
    }
    assertRefused(
        admission.openSession(THERE, "large", OptionalInt.empty()),
        Reason.SESSIONS_OF_INSTANCE,
        "53300");
    assertRefused(
        admission.openSession(HERE, "other", OptionalInt.empty()),
        Reason.SESSIONS_OF_ADDRESS,
        "53300");
    for (int i = 0; i < 5; i++) {
      admitted(admission.openSession(THERE, "other" + i, OptionalInt.empty()));
    }
    assertRefused(
        admission.openSession(address("192.0.2.3"), "more", OptionalInt.empty()),
        Reason.SESSIONS,
        "53300");
    assertThat(admission.sessions()).isEqualTo(10);
    assertThat(admission.sessionsOf("more")).isZero();
  }

  @Test
  void cancelsAreLimitedByNetwork() {
    int allowed = 0;
    for (int i = 0; i < 100; i++) {
      allowed += admission.mayCancel(address("192.0.2." + i)) ? 1 : 0;
    }
    assertThat(allowed).isEqualTo(20);
    assertThat(admission.mayCancel(address("192.0.3.1"))).isTrue();
    nanos.addAndGet(Duration.ofMillis(100).toNanos());
    assertThat(admission.mayCancel(HERE)).isTrue();
    assertThat(admission.mayCancel(HERE)).isFalse();
  }

  @Test
  void whatIsRememberedIsBounded() {
    Admission small = new Admission(AdmissionSettings.standard().withRemembered(100), nanos::get);
    for (int i = 0; i < 10_000; i++) {
      InetAddress address = address("10.0." + i / 256 + "." + i % 256);
      small.attempt(address, "orders");
      small.failed(address, "orders");
    }
    assertThat(small.remembered()).isLessThanOrEqualTo(200);
  }

  @Test
  void aFloodOfStrangersDoesNotPushOutThoseWhoSucceeded() {
    Admission small = new Admission(AdmissionSettings.standard().withRemembered(100), nanos::get);
    small.succeeded(HERE, "orders");
    for (int i = 0; i < 10_000; i++) {
      small.attempt(address("10.0." + i / 256 + "." + i % 256), "orders");
    }
    for (int i = 0; i < 500; i++) {
      assertThat(small.attempt(HERE, "orders")).isEmpty();
    }
  }

  /** Whatever happens in whatever order, what was taken and not given back is what is counted. */
  @Test
  void countsAreRightAfterAnyHistory() {
    Random random = new Random(53300);
    List<Place> held = new ArrayList<>();
    List<Place> sessions = new ArrayList<>();
    AtomicInteger shed = new AtomicInteger();
    for (int step = 0; step < 20_000; step++) {
      InetAddress address = address("192.0.2." + random.nextInt(6));
      switch (random.nextInt(4)) {
        case 0 -> place(admission.accept(address, shed::incrementAndGet)).ifPresent(held::add);
        case 1 ->
            place(admission.openSession(address, "i" + random.nextInt(5), OptionalInt.empty()))
                .ifPresent(sessions::add);
        case 2 -> closeOne(held, random);
        default -> closeOne(sessions, random);
      }
      assertThat(admission.sessions()).isEqualTo(sessions.size()).isLessThanOrEqualTo(10);
      assertThat(admission.unauthenticated()).isBetween(0, 8);
    }
    held.forEach(Place::close);
    sessions.forEach(Place::close);
    assertThat(admission.unauthenticated()).isZero();
    assertThat(admission.sessions()).isZero();
    assertThat(shed).hasPositiveValue();
  }

  @Test
  void countsAreRightWhenManyThreadsComeAtOnce() throws Exception {
    Admission wide = new Admission(AdmissionSettings.standard().withUnauthenticated(50, 40, 40));
    AtomicInteger shed = new AtomicInteger();
    AtomicInteger leftOpen = new AtomicInteger();
    CountDownLatch start = new CountDownLatch(1);
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      InetAddress address = address("192.0.2." + i);
      threads.add(
          Thread.ofVirtual()
              .start(() -> {
                awaitQuietly(start);
                for (int round = 0; round < 2_000; round++) {
                  Optional<Place> place = place(wide.accept(address, shed::incrementAndGet));
                  if (round % 100 == 0 && place.isPresent()) {
                    leftOpen.incrementAndGet();
                  } else {
                    place.ifPresent(Place::close);
                  }
                }
              }));
    }
    start.countDown();
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(wide.unauthenticated()).isLessThanOrEqualTo(50);
    assertThat(wide.unauthenticated() + shed.get()).isGreaterThanOrEqualTo(leftOpen.get());
  }

  private void fail(int times, InetAddress address, String instanceText) {
    for (int i = 0; i < times; i++) {
      assertThat(admission.attempt(address, instanceText)).isEmpty();
      admission.failed(address, instanceText);
    }
  }

  private static void closeOne(List<Place> places, Random random) {
    if (!places.isEmpty()) {
      places.remove(random.nextInt(places.size())).close();
    }
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Place admitted(Entry entry) {
    return place(entry).orElseThrow();
  }

  private static Optional<Place> place(Entry entry) {
    return entry instanceof Admitted(Place place) ? Optional.of(place) : Optional.empty();
  }

  private static void assertRefused(Entry entry, Reason reason, String sqlState) {
    assertThat(entry).isEqualTo(new Entry.Refused(new Refusal(reason, Duration.ZERO)));
    assertThat(reason.sqlState()).isEqualTo(sqlState);
  }

  private static InetAddress address(String text) {
    return NetUtil.createInetAddressFromIpAddressString(text);
  }
}
