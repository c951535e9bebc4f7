package io.taidon.gateway.tls;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Looks at the certificate files now and then, and tells what came of it. Looking is right where
 * notifications are not: a mounted Kubernetes Secret changes by a symbolic link two levels up, and
 * network file systems notify nobody.
 */
public final class CertificateWatch implements AutoCloseable {
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread thread;

  private CertificateWatch(ServerTls tls, Duration every, Consumer<Reload> listener) {
    thread = Thread.ofVirtual().name("certificate-watch").start(() -> watch(tls, every, listener));
  }

  /**
   * Starts to watch.
   *
   * @param listener hears of every change, and of every failure that differs from the one before
   */
  public static CertificateWatch start(ServerTls tls, Duration every, Consumer<Reload> listener) {
    return new CertificateWatch(tls, every, listener);
  }

  /** Ends it, and waits for a look that is under way. */
  @Override
  public void close() throws InterruptedException {
    closed.countDown();
    thread.join();
  }

  private void watch(ServerTls tls, Duration every, Consumer<Reload> listener) {
    String lastFailure = "";
    try {
      while (!closed.await(every.toNanos(), TimeUnit.NANOSECONDS)) {
        switch (tls.reload()) {
          case Reload.Unchanged _ -> lastFailure = "";
          case Reload.Replaced replaced -> {
            lastFailure = "";
            listener.accept(replaced);
          }
          case Reload.Kept kept -> {
            String sentence = kept.reason().sentence();
            if (!sentence.equals(lastFailure)) {
              listener.accept(kept);
            }
            lastFailure = sentence;
          }
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // as good as closed
    }
  }
}
