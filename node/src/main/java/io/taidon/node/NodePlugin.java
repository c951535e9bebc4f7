package io.taidon.node;

import io.taidon.node.address.AddressFiles;
import io.taidon.node.cluster.Cluster;
import io.taidon.node.csi.CsiServer;
import io.taidon.node.metrics.NodeMetrics;
import io.taidon.node.metrics.StatusServer;
import io.taidon.node.pool.Pools;
import io.taidon.node.publish.Publisher;
import io.taidon.node.seal.SealProtocol;
import io.taidon.node.seal.SealSockets;
import io.taidon.node.seal.Sealing;
import io.taidon.node.slot.Slots;
import io.taidon.node.upkeep.Upkeep;
import io.taidon.node.upkeep.UpkeepThread;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Clock;
import java.util.concurrent.atomic.AtomicReference;

/**
 * One node's plugin, running. Closing it leaves every volume mounted, as its death does: pods go on
 * without it.
 */
public final class NodePlugin implements AutoCloseable {
  private final Cluster cluster;
  private final SealSockets sockets;
  private final AddressFiles addresses;
  private final CsiServer csi;
  private final StatusServer status;
  private final UpkeepThread upkeep;

  private NodePlugin(
      Cluster cluster,
      SealSockets sockets,
      AddressFiles addresses,
      CsiServer csi,
      StatusServer status,
      UpkeepThread upkeep) {
    this.cluster = cluster;
    this.sockets = sockets;
    this.addresses = addresses;
    this.csi = csi;
    this.status = status;
    this.upkeep = upkeep;
  }

  /** Opens the pools, goes on with the volumes that are there, and listens. */
  public static NodePlugin start(NodeSettings settings, String version, Cluster cluster)
      throws IOException {
    NodeMetrics metrics = new NodeMetrics();
    Pools pools = Pools.open(settings.pools());
    pools.all().forEach(metrics::watch);
    Slots slots = Slots.load(pools, settings.kubelet());
    AtomicReference<Sealing.Listener> announcer = new AtomicReference<>((_, _, _) -> {});
    Sealing sealing = new Sealing(slots, (pool, ns, id) -> announcer.get().sealed(pool, ns, id));
    SealSockets sockets =
        new SealSockets(new SealProtocol(sealing, metrics), Publisher.POSTGRES_ID);
    AddressFiles addresses = AddressFiles.open(Publisher.POSTGRES_ID, cluster::announce);
    Publisher publisher = new Publisher(pools, slots, sockets, addresses);
    Upkeep upkeep =
        new Upkeep(
            settings.node(),
            pools,
            slots,
            publisher,
            cluster,
            metrics,
            settings.graces(),
            Clock.systemUTC());
    announcer.set((pool, namespace, id) ->
        Thread.ofVirtual().name("announce").start(() -> upkeep.announce(pool, namespace, id)));
    publisher.resume();
    UpkeepThread thread = new UpkeepThread(upkeep::run, settings.interval());
    cluster.onChange(thread::ask);
    thread.start();
    StatusServer status = StatusServer.start(settings.port(), metrics, () -> isUsable(pools));
    CsiServer csi =
        CsiServer.start(
            settings.node(),
            settings.kubelet(),
            version,
            publisher,
            metrics,
            () -> isUsable(pools));
    return new NodePlugin(cluster, sockets, addresses, csi, status, thread);
  }

  /** A pool whose file system went away has no slots any more. */
  private static boolean isUsable(Pools pools) {
    return pools.all().stream().allMatch(pool -> Files.isWritable(pool.slots()));
  }

  @Override
  public void close() {
    csi.close();
    upkeep.close();
    sockets.close();
    addresses.close();
    status.close();
    cluster.close();
  }
}
