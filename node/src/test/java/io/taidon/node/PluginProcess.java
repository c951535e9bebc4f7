package io.taidon.node;

import io.taidon.node.fault.NodeFault;
import io.taidon.node.fault.NodeFaultWatch;
import io.taidon.node.name.Namespace;
import io.taidon.node.pool.PoolSetting;
import io.taidon.node.upkeep.Upkeep.Graces;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/** A plugin in a process of its own, with a cluster of files; ends itself at a fault point. */
final class PluginProcess {
  private static final int KILLED = 137;

  private PluginProcess() {}

  /**
   * Runs until it is killed.
   *
   * @param arguments pool, kubelet's directory, cluster's directory, grace in milliseconds, and the
   *     fault point to die at
   */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    if (arguments.length > 4) {
      NodeFault last = NodeFault.valueOf(arguments[4]);
      NodeFaultWatch.watch(point -> {
        if (point == last) {
          Runtime.getRuntime().halt(KILLED);
        }
      });
    }
    Duration grace = Duration.ofMillis(Long.parseLong(arguments[3]));
    try (NodePlugin _ =
        NodePlugin.start(
            new NodeSettings(
                "played",
                new Namespace("taidon-system"),
                PoolSetting.parse(arguments[0]),
                Path.of(arguments[1]),
                0,
                Duration.ofMillis(200),
                new Graces(grace, grace)),
            "test",
            new FileCluster(Path.of(arguments[2])))) {
      new CountDownLatch(1).await();
    }
  }
}
