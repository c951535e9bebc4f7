package io.taidon.node;

import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.taidon.core.error.TaidonException;
import io.taidon.node.cluster.KubernetesCluster;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.logging.Logger;

/** Starts the node plugin from the environment: see {@link NodeSettings}. */
public final class NodeMain {
  private static final System.Logger LOG = System.getLogger(NodeMain.class.getName());

  /** grpc sets an option for TCP on Unix sockets, and Netty says so at each connection. */
  private static final Logger NETTY_OPTIONS = Logger.getLogger("io.netty.bootstrap");

  private NodeMain() {}

  /** Runs until the process is asked to end. */
  @SuppressWarnings("SystemExitOutsideMain")
  public static void main(String[] arguments) throws InterruptedException {
    NETTY_OPTIONS.setLevel(java.util.logging.Level.SEVERE);
    CountDownLatch end = new CountDownLatch(1);
    try {
      NodeSettings settings = NodeSettings.of(System.getenv());
      NodePlugin plugin =
          NodePlugin.start(
              settings,
              version(),
              new KubernetesCluster(
                  new KubernetesClientBuilder().build(),
                  settings.node(),
                  settings.namespace().text()));
      Runtime.getRuntime()
          .addShutdownHook(
              Thread.ofPlatform()
                  .unstarted(() -> {
                    plugin.close();
                    end.countDown();
                  }));
      LOG.log(Level.INFO, "Serving volumes on node " + settings.node() + ".");
    } catch (TaidonException e) {
      LOG.log(Level.ERROR, e.sentence() + e.remedy().map(text -> " " + text).orElse(""));
      System.exit(1);
    } catch (IOException e) {
      LOG.log(Level.ERROR, "The node plugin cannot start: " + e.getMessage());
      System.exit(1);
    }
    end.await();
  }

  private static String version() {
    return Optional.ofNullable(NodeMain.class.getPackage().getImplementationVersion())
        .orElse("development");
  }
}
