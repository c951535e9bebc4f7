package io.taidon.gateway.fuzz;

import io.netty.pkitesting.X509Bundle;
import io.taidon.gateway.tls.Certificates;
import io.taidon.gateway.tls.ServerTls;
import io.taidon.gateway.tls.ServerTlsSettings;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;

/**
 * All targets, and inputs for them. An input is a number: which target, and what it is fed, follow
 * from it.
 */
final class Fuzz implements AutoCloseable {
  private static final String NAME = "db.example.com";

  private final ServerTls tls;
  private final Target door;
  private final Target auth;
  private final Target handshake;

  /**
   * Ready to run.
   *
   * @param directory for a certificate
   */
  Fuzz(Path directory) throws Exception {
    X509Bundle bundle = Certificates.selfSigned(NAME);
    tls = ServerTls.load(ServerTlsSettings.of(Certificates.write(directory, "fuzz", bundle)));
    door = new DoorTarget(tls);
    auth = new AuthTarget();
    handshake = new TlsTarget(tls, bundle, NAME);
  }

  /** The first input for which something does not hold. */
  record Failure(long input, Throwable cause) {}

  /**
   * What came of a run.
   *
   * @param outcomes how often each was reached
   */
  record Report(long inputs, long nanos, Map<String, Long> outcomes, Optional<Failure> failure) {}

  /** One input. */
  String run(long input) throws Exception {
    SplittableRandom random = new SplittableRandom(input);
    int kind = random.nextInt(100);
    Target target = kind < 70 ? door : kind < 97 ? auth : handshake;
    return target.run(random);
  }

  /**
   * As many inputs as asked for, or until one fails.
   *
   * @param seed decides which
   */
  Report run(long inputs, long seed, int threads) throws InterruptedException {
    AtomicLong next = new AtomicLong();
    AtomicReference<Failure> failure = new AtomicReference<>();
    Map<String, LongAdder> outcomes = new ConcurrentHashMap<>();
    long start = System.nanoTime();
    try (ExecutorService workers = Executors.newFixedThreadPool(threads)) {
      for (int worker = 0; worker < threads; worker++) {
        workers.execute(() -> {
          while (failure.get() == null && next.get() < inputs) {
            long number = next.getAndIncrement();
            if (number >= inputs) {
              return;
            }
            long input = new SplittableRandom(seed + number).nextLong();
            try {
              outcomes.computeIfAbsent(run(input), _ -> new LongAdder()).increment();
            } catch (Throwable e) {
              failure.compareAndSet(null, new Failure(input, e));
            }
          }
        });
      }
      workers.shutdown();
      while (!workers.awaitTermination(1, TimeUnit.HOURS)) {
        // A connection that hangs shows here; the input is not known, so nothing is gained by less.
      }
    }
    Map<String, Long> sums = new TreeMap<>();
    outcomes.forEach((outcome, count) -> sums.put(outcome, count.sum()));
    return new Report(
        Math.min(next.get(), inputs),
        System.nanoTime() - start,
        sums,
        Optional.ofNullable(failure.get()));
  }

  @Override
  public void close() {
    tls.close();
  }
}
