package io.taidon.e2e.bench;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import io.taidon.e2e.cluster.Hands;
import io.taidon.e2e.cluster.Patience;
import io.taidon.e2e.cluster.TestNamespace;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The least that anybody needs in a cluster: a pod with a PostgreSQL server on files that lie on
 * its node already, and a client that dials it. The same image, options, files and node as an
 * instance's, but no clone, no password, no operator and no gateway. The files are copied before
 * the clock starts.
 */
final class BarePostgres {
  static final String BOUND = "bound";
  static final String RUNNING = "running";
  static final String FIRST_ROW = "first row";
  private static final int PORT = 5432;

  private final TestNamespace in;
  private final Hands hands;
  private final String image;
  private final String node;
  private final String directory;

  /**
   * For a node.
   *
   * @param directory a place in the node's pool for the copies
   */
  BarePostgres(TestNamespace in, Hands hands, String image, String node, String directory) {
    this.in = in;
    this.hands = hands;
    this.image = image;
    this.node = node;
    this.directory = directory;
  }

  /** Copies the files of a state for one round. */
  void provide(String state, String name) {
    hands
        .on(node)
        .run(
            "sh",
            "-c",
            "mkdir -p \"$2\" && cp -a --reflink=auto \"$1\" \"$2/$3\" && rm -f \"$2/$3/postmaster.pid\""
                + " && printf 'host all all all trust\\nlocal all all trust\\n' > \"$2/$3/bench_hba.conf\""
                + " && chown 10001:10001 \"$2/$3\" \"$2/$3/bench_hba.conf\" && chmod 700 \"$2/$3\"",
            "sh",
            state,
            directory,
            name);
  }

  void removeAll() {
    hands.on(node).run("rm", "-rf", directory);
  }

  Round measure(String name) {
    Round round = new Round();
    AtomicReference<Optional<String>> address = new AtomicReference<>(Optional.empty());
    try (Watch watch =
        in.client()
            .pods()
            .inNamespace(in.name())
            .withName(name)
            .watch(
                new Watcher<Pod>() {
                  @Override
                  public void eventReceived(Action action, Pod pod) {
                    see(round, pod);
                    Optional.ofNullable(pod.getStatus().getPodIP())
                        .ifPresent(ip -> address.set(Optional.of(ip)));
                  }

                  @Override
                  public void onClose(WatcherException cause) {}
                })) {
      in.create(pod(name));
      Patience.await("the address of pod " + name)
          .pollInterval(java.time.Duration.ofMillis(5))
          .until(() -> address.get().isPresent());
      Patience.await("a row of pod " + name)
          .pollInterval(java.time.Duration.ofMillis(5))
          .ignoreExceptionsInstanceOf(SQLException.class)
          .until(() -> row(address.get().orElseThrow()));
      round.reach(FIRST_ROW);
    }
    in.client().pods().inNamespace(in.name()).withName(name).delete();
    Patience.await("pod " + name + " is gone")
        .until(() -> in.client().pods().inNamespace(in.name()).withName(name).get() == null);
    return round;
  }

  private static void see(Round round, Pod pod) {
    if (pod.getSpec().getNodeName() != null) {
      round.reach(BOUND);
    }
    boolean running =
        pod.getStatus() != null
            && pod.getStatus().getContainerStatuses() != null
            && pod.getStatus().getContainerStatuses().stream()
                .anyMatch(c -> c.getState() != null && c.getState().getRunning() != null);
    if (running) {
      round.reach(RUNNING);
    }
  }

  private static boolean row(String host) throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("user", "sqlrs");
    properties.setProperty("sslmode", "disable");
    properties.setProperty("connectTimeout", "5");
    try (Connection connection =
            DriverManager.getConnection(
                "jdbc:postgresql://" + host + ":" + PORT + "/postgres", properties);
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT 1")) {
      return rows.next();
    }
  }

  private Pod pod(String name) {
    return new PodBuilder()
        .withNewMetadata()
        .withName(name)
        .endMetadata()
        .withNewSpec()
        .withRestartPolicy("Never")
        .withAutomountServiceAccountToken(false)
        .withEnableServiceLinks(false)
        .withTerminationGracePeriodSeconds(5L)
        .withNewSecurityContext()
        .withRunAsUser(10001L)
        .withRunAsGroup(10001L)
        .endSecurityContext()
        .addToNodeSelector("kubernetes.io/hostname", node)
        .addNewContainer()
        .withName("postgres")
        .withImage(image)
        .withImagePullPolicy("IfNotPresent")
        .withCommand(
            "/opt/taidon/postgres/bin/postgres",
            "-D",
            "/data",
            "-c",
            "listen_addresses=*",
            "-c",
            "unix_socket_directories=/tmp",
            "-c",
            "hba_file=/data/bench_hba.conf",
            "-c",
            "fsync=off",
            "-c",
            "synchronous_commit=off",
            "-c",
            "full_page_writes=off")
        .addNewVolumeMount()
        .withName("data")
        .withMountPath("/data")
        .endVolumeMount()
        .endContainer()
        .addNewVolume()
        .withName("data")
        .withNewHostPath(directory + "/" + name, "Directory")
        .endVolume()
        .endSpec()
        .build();
  }
}
