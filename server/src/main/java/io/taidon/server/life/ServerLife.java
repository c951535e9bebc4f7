package io.taidon.server.life;

import io.quarkus.runtime.QuarkusApplication;
import io.quarkus.runtime.StartupEvent;
import io.taidon.engine.Engine;
import io.taidon.server.ServerSettings;
import io.taidon.server.gateway.EmbeddedGateway;
import io.taidon.server.life.StopRequests.StopRequest;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import org.eclipse.microprofile.config.ConfigProvider;
import org.jboss.logging.Logger;
import sun.misc.Signal;

/**
 * The life of a server: the engine opens before the ports do, {@code engine.json} appears when all
 * are there, and at the end the engine stops while streams can still tell their clients.
 */
@Singleton
public final class ServerLife implements QuarkusApplication {
  private static final Logger LOG = Logger.getLogger(ServerLife.class);

  /** How long stopping may take: a checkpoint of a busy instance is the longest part. */
  private static final Duration STOP_LIMIT = Duration.ofSeconds(30);

  /** How long sessions at the gateway get to finish their transactions. */
  private static final Duration DRAIN = Duration.ofSeconds(3);

  /** How long streams get to send their last line. */
  private static final Duration LAST_WORDS = Duration.ofSeconds(3);

  private final ServerSettings settings;
  private final ServerIdentity identity;
  private final Activity activity;
  private final StopRequests stopRequests;
  private final Engine engine;
  private final EmbeddedGateway gateway;

  @Inject
  ServerLife(
      ServerSettings settings,
      ServerIdentity identity,
      Activity activity,
      StopRequests stopRequests,
      Engine engine,
      EmbeddedGateway gateway) {
    this.settings = settings;
    this.identity = identity;
    this.activity = activity;
    this.stopRequests = stopRequests;
    this.engine = engine;
    this.gateway = gateway;
  }

  /** Having this bean means having the engine, so a store in use is found before a port in use. */
  void openEngine(@Observes StartupEvent event) {
    LOG.debugf("engine open: %s", identity);
    gateway.begin();
  }

  @Override
  public int run(String... args) throws InterruptedException {
    EngineFile file = new EngineFile(settings.runDirectory(), identity);
    try {
      stopOnSignals();
      stopWhenIdle();
      gateway.await();
      file.write(endpoint());
      StopRequest request = stopRequests.take();
      LOG.infof("stopping: %s", request.reason());
      file.remove();
      if (!stop(request.keepInstances(), STOP_LIMIT)) {
        Runtime.getRuntime().halt(1);
      }
      return 0;
    } finally {
      file.remove();
    }
  }

  /**
   * Lets the gateway's sessions finish what they do, stops the engine, then gives streams a moment
   * for their last line.
   *
   * @return {@code false} when the engine did not stop in time
   */
  boolean stop(boolean keepInstances, Duration limit) throws InterruptedException {
    activity.close();
    Thread shutdown =
        Thread.ofPlatform().daemon().name("stop").start(() -> shutdownEngine(keepInstances));
    if (!shutdown.join(limit)) {
      LOG.warnf("the engine did not stop within %d s", limit.toSeconds());
      return false;
    }
    activity.awaitQuiet(LAST_WORDS);
    return true;
  }

  private void shutdownEngine(boolean keepInstances) {
    try {
      gateway.drain(DRAIN);
      engine.shutdown(keepInstances);
      gateway.close();
    } catch (RuntimeException e) {
      LOG.error("the engine did not stop cleanly", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private String endpoint() {
    int port = ConfigProvider.getConfig().getValue("quarkus.http.port", Integer.class);
    String host = settings.host();
    return "http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
  }

  /**
   * Handles the signals itself, because the framework's own shutdown hook closes connections before
   * anything else is asked.
   */
  private void stopOnSignals() {
    for (String name : new String[] {"TERM", "INT", "HUP"}) {
      try {
        Signal.handle(
            new Signal(name), signal -> stopRequests.ask(new StopRequest(true, "SIG" + name)));
      } catch (IllegalArgumentException e) {
        LOG.debugf("SIG%s is not ours to handle", name);
      }
    }
  }

  private void stopWhenIdle() {
    IdleWatch watch = new IdleWatch(activity, engine::isBusy, settings.idleTimeout());
    Thread.ofVirtual()
        .name("idle-watch")
        .start(() -> {
          try {
            watch.await();
            stopRequests.ask(new StopRequest(true, "idle"));
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
  }
}
