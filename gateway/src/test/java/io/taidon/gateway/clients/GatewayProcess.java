package io.taidon.gateway.clients;

import io.taidon.gateway.config.GatewayMain;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;

/** A gateway that runs by itself, and can be killed. It keeps its port. */
final class GatewayProcess implements AutoCloseable {
  private final Path settings;
  private final int port;
  private Process process;

  private GatewayProcess(Path settings, int port) throws IOException {
    this.settings = settings;
    this.port = port;
    this.process = launch();
  }

  static GatewayProcess start(Path settings, int port) throws IOException {
    GatewayProcess gateway = new GatewayProcess(settings, port);
    gateway.awaitPort();
    return gateway;
  }

  int port() {
    return port;
  }

  void killAndRestart() throws IOException, InterruptedException {
    process.destroyForcibly().waitFor();
    process = launch();
    awaitPort();
  }

  private Process launch() throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--enable-native-access=ALL-UNNAMED",
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-cp",
            System.getProperty("java.class.path"),
            GatewayMain.class.getName(),
            "--config",
            settings.toString())
        .redirectErrorStream(true)
        .redirectOutput(
            ProcessBuilder.Redirect.appendTo(settings.resolveSibling("gateway.log").toFile()))
        .start();
  }

  private void awaitPort() throws IOException {
    while (true) {
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
        return;
      } catch (IOException e) {
        if (!process.isAlive()) {
          throw new IOException("the gateway ended with " + process.exitValue(), e);
        }
      }
    }
  }

  @Override
  public void close() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }
}
