package io.taidon.node.seal;

import io.taidon.crds.v1alpha1.VolumeAttributes;
import io.taidon.engine.snapshot.linux.Descriptor;
import io.taidon.engine.snapshot.linux.Names;
import io.taidon.engine.snapshot.linux.SystemCalls;
import io.taidon.node.name.VolumeId;
import io.taidon.node.pool.Pool;
import io.taidon.node.slot.Slot;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The seal sockets of all builds of this node. Thread-safe. */
public final class SealSockets implements AutoCloseable {
  private final SealProtocol protocol;
  private final int owner;
  private final Map<VolumeId, SealSocket> sockets = new ConcurrentHashMap<>();

  /**
   * @param owner the user id that builds run as
   */
  public SealSockets(SealProtocol protocol, int owner) {
    this.protocol = protocol;
    this.owner = owner;
  }

  /** Serves a build's socket; does nothing where this process serves it. */
  public void open(Slot slot) throws IOException {
    if (sockets.containsKey(slot.volume())) {
      return;
    }
    SealSocket socket = new SealSocket(slot, protocol, listen(slot));
    sockets.put(slot.volume(), socket);
    socket.start();
  }

  /**
   * Made under a short name, because the paths of sockets are short, and then moved into the slot:
   * whoever connects finds the file, not the path.
   */
  private ServerSocketChannel listen(Slot slot) throws IOException {
    Path staged = Pool.staged(slot.pool().slots());
    ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      server.bind(UnixDomainSocketAddress.of(staged), SealSocket.MOST_CONNECTIONS);
      Files.setPosixFilePermissions(staged, PosixFilePermissions.fromString("rw-------"));
      give(slot.pool().slots(), staged);
      Files.move(
          staged,
          slot.shown().resolve(VolumeAttributes.SEAL_SOCKET),
          StandardCopyOption.ATOMIC_MOVE);
      return server;
    } catch (IOException e) {
      server.close();
      Files.deleteIfExists(staged);
      throw e;
    }
  }

  private void give(Path parent, Path socket) throws IOException {
    try (SystemCalls calls = SystemCalls.open();
        Descriptor directory = calls.openDirectory(parent)) {
      calls.changeOwner(directory, Names.bytes(socket.getFileName()), owner, owner);
    }
  }

  /** Stops serving a build. */
  public void close(VolumeId volume) {
    SealSocket socket = sockets.remove(volume);
    if (socket != null) {
      socket.close();
    }
  }

  @Override
  public void close() {
    sockets.keySet().forEach(this::close);
  }
}
