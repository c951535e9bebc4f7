package io.taidon.runner.segment;

import io.taidon.engine.postgres.TestClusters;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Answers seals as a node does, with real copies; refuses what is not stopped. */
final class SealingNode implements AutoCloseable {
  final List<String> sealed = Collections.synchronizedList(new ArrayList<>());
  private final Path volume;
  private final Path states;
  private final ServerSocketChannel server;
  private volatile String refusal = "";

  SealingNode(Path volume) throws IOException {
    this.volume = volume;
    this.states = Files.createDirectory(volume.resolveSibling("states"));
    this.server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    server.bind(UnixDomainSocketAddress.of(volume.resolve("seal.sock")));
    Thread.ofVirtual().start(this::serve);
  }

  Path state(String id) {
    return states.resolve(id);
  }

  /** From now on every seal is answered so. */
  void refuse(String answer) {
    refusal = answer;
  }

  private void serve() {
    while (server.isOpen()) {
      try (SocketChannel client = server.accept()) {
        ByteBuffer line = ByteBuffer.allocate(128);
        while (client.read(line) >= 0 && line.get(line.position() - 1) != '\n') {}
        String asked = new String(line.array(), 0, line.position() - 1, StandardCharsets.UTF_8);
        client.write(ByteBuffer.wrap((answer(asked) + "\n").getBytes(StandardCharsets.UTF_8)));
      } catch (IOException e) {
        // Closed.
      }
    }
  }

  private String answer(String asked) throws IOException {
    if (!refusal.isEmpty()) {
      return refusal;
    }
    if (!asked.matches("seal [0-9a-f]{64}")) {
      return "error invalid_argument This is no seal.";
    }
    String id = asked.substring(5);
    if (Files.exists(volume.resolve("pgdata/postmaster.pid"))) {
      return "error conflict The server runs.";
    }
    try {
      TestClusters.copy(volume.resolve("pgdata"), states.resolve(id));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    sealed.add(id);
    return "ok 1";
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
