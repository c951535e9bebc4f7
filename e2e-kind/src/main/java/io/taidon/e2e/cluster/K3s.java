package io.taidon.e2e.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.k3s.K3sContainer;
import org.testcontainers.utility.DockerImageName;
import org.testcontainers.utility.MountableFile;

/**
 * One node of K3s in a container, with the images and the chart of this tree. It wants the images
 * as an archive, which {@code scripts/test-cluster} makes.
 */
final class K3s implements AutoCloseable {
  /** Its file system is plain, so clones are copies there: right, if not fast. */
  private static final String POOL = "/var/lib/taidon";

  private static final String IMAGE = "rancher/k3s:v1.33.4-k3s1";

  private final K3sContainer container;

  private K3s(K3sContainer container) {
    this.container = container;
  }

  sealed interface Found {
    record Here(K3s k3s) implements Found {}

    record Nowhere(String why) implements Found {}
  }

  /** Starts it where a container runtime is there. */
  static Found find() {
    if (!DockerClientFactory.instance().isDockerAvailable()) {
      return new Found.Nowhere("there is no container runtime to start K3s in.");
    }
    Optional<Path> images =
        Optional.ofNullable(System.getenv("TAIDON_E2E_IMAGES"))
            .filter(text -> !text.isBlank())
            .map(Path::of);
    if (images.isEmpty()) {
      return new Found.Nowhere(
          "TAIDON_E2E_IMAGES names no archive of the images for K3s; `make test-cluster` makes it.");
    }
    K3s k3s = new K3s(new K3sContainer(DockerImageName.parse(image())));
    try {
      k3s.start(images.get());
      return new Found.Here(k3s);
    } catch (IOException e) {
      k3s.close();
      throw new IllegalStateException("K3s could not be prepared", e);
    } catch (InterruptedException e) {
      k3s.close();
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    } catch (RuntimeException e) {
      k3s.close();
      throw e;
    }
  }

  private static String image() {
    return Optional.ofNullable(System.getenv("TAIDON_E2E_K3S"))
        .filter(text -> !text.isBlank())
        .orElse(IMAGE);
  }

  private void start(Path images) throws IOException, InterruptedException {
    container.start();
    container.copyFileToContainer(MountableFile.forHostPath(images), "/tmp/images.tar");
    inContainer("ctr", "--namespace", "k8s.io", "images", "import", "/tmp/images.tar");
    inContainer("mkdir", "-p", POOL);
    install();
  }

  private void inContainer(String... command) throws IOException, InterruptedException {
    var result = container.execInContainer(command);
    if (result.getExitCode() != 0) {
      throw new IOException(String.join(" ", command) + ": " + result.getStderr());
    }
  }

  /** By the script that everybody installs with. */
  private void install() throws IOException, InterruptedException {
    Path file =
        Files.createTempFile(
            "k3s",
            ".yaml",
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    try {
      Files.writeString(file, kubeconfig());
      ProcessBuilder install =
          new ProcessBuilder("scripts/install-chart").directory(root().toFile()).inheritIO();
      install.environment().put("KUBECONFIG", file.toString());
      Process process = install.start();
      if (!process.waitFor(Patience.limit().toSeconds() * 2, TimeUnit.SECONDS)
          || process.exitValue() != 0) {
        process.destroyForcibly();
        throw new IOException("scripts/install-chart failed");
      }
    } finally {
      Files.delete(file);
    }
  }

  private static Path root() {
    return Path.of(System.getProperty("taidon.root", "."));
  }

  String kubeconfig() {
    return container.getKubeConfigYaml();
  }

  @Override
  public void close() {
    container.stop();
  }
}
