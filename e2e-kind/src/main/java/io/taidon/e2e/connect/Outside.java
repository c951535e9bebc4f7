package io.taidon.e2e.connect;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeAddress;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.LocalPortForward;
import io.fabric8.kubernetes.client.readiness.Readiness;
import io.taidon.e2e.cluster.Component;
import io.taidon.e2e.cluster.Installation;
import io.taidon.e2e.cluster.Patience;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import java.util.Properties;

/**
 * A client outside of the cluster. It takes everything from the Secret but the address, which is
 * the gateway's as it is seen from here: {@code TAIDON_E2E_GATEWAY} (host:port), a load balancer, a
 * node's port, or else a port that is forwarded through the API server.
 */
public final class Outside {
  private static final String SERVICE = "taidon-gateway";
  private static final int GATEWAY_PORT = 6432;

  private final KubernetesClient client;
  private final Installation taidon;

  public Outside(KubernetesClient client, Installation taidon) {
    this.client = client;
    this.taidon = taidon;
  }

  /** The first value of the first row, or what was changed. */
  public String query(Dsn dsn, String sql) throws SQLException {
    try (Session session = connect(dsn)) {
      return session.query(sql);
    }
  }

  /**
   * The same as {@link #query}, tried again while connections break: what a client has to do whose
   * gateway has died. For statements only that may run twice.
   */
  public String queryUntilAnswered(Dsn dsn, String sql) {
    return Patience.await("an answer of " + dsn)
        .ignoreExceptionsMatching(e ->
            e instanceof SQLException
                || e instanceof UncheckedIOException
                || e instanceof IllegalStateException)
        .until(() -> query(dsn, sql), _ -> true);
  }

  /** Opens a session, which waits until the instance is awake. */
  public Session connect(Dsn dsn) throws SQLException {
    Optional<String> address = address();
    if (address.isPresent()) {
      return new Session(open(dsn, address.get()), Optional.empty());
    }
    LocalPortForward forward =
        client
            .pods()
            .inNamespace(taidon.namespace())
            .withName(aGateway().getMetadata().getName())
            .portForward(GATEWAY_PORT);
    try {
      return new Session(open(dsn, "127.0.0.1:" + forward.getLocalPort()), Optional.of(forward));
    } catch (SQLException | RuntimeException e) {
      close(forward);
      throw e;
    }
  }

  private static Connection open(Dsn dsn, String address) throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("user", dsn.user());
    properties.setProperty("password", dsn.password());
    properties.setProperty("sslmode", "prefer");
    properties.setProperty("connectTimeout", "10");
    String seconds = Long.toString(Patience.limit().toSeconds());
    properties.setProperty("loginTimeout", seconds);
    properties.setProperty("socketTimeout", seconds);
    return DriverManager.getConnection(
        "jdbc:postgresql://" + address + "/" + dsn.database(), properties);
  }

  private Optional<String> address() {
    Optional<String> named =
        Optional.ofNullable(System.getenv("TAIDON_E2E_GATEWAY")).filter(text -> !text.isBlank());
    return named.or(this::serviceAddress);
  }

  private Optional<String> serviceAddress() {
    Service service = client.services().inNamespace(taidon.namespace()).withName(SERVICE).require();
    int port = service.getSpec().getPorts().getFirst().getPort();
    return switch (service.getSpec().getType()) {
      case "LoadBalancer" -> ingress(service).map(host -> host + ":" + port);
      case "NodePort" ->
          Optional.of(
              nodeAddress(aGateway())
                  + ":"
                  + service.getSpec().getPorts().getFirst().getNodePort());
      default -> Optional.empty();
    };
  }

  private static Optional<String> ingress(Service service) {
    return Optional.ofNullable(service.getStatus().getLoadBalancer().getIngress())
        .orElse(List.of())
        .stream()
        .map(in -> Optional.ofNullable(in.getIp()).orElse(in.getHostname()))
        .findFirst();
  }

  /** Of a node that has a gateway: others may not answer, if clients' addresses are kept. */
  private String nodeAddress(Pod gateway) {
    Node node = client.nodes().withName(gateway.getSpec().getNodeName()).require();
    return node.getStatus().getAddresses().stream()
        .filter(address -> address.getType().equals("InternalIP"))
        .map(NodeAddress::getAddress)
        .findFirst()
        .orElseThrow();
  }

  private Pod aGateway() {
    return taidon.pods(Component.GATEWAY).stream()
        .filter(pod -> pod.getMetadata().getDeletionTimestamp() == null)
        .filter(Readiness::isPodReady)
        .findAny()
        .orElseThrow(() -> new IllegalStateException("no gateway is ready"));
  }

  private static void close(LocalPortForward forward) {
    try {
      forward.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** An open connection. */
  public static final class Session implements AutoCloseable {
    private final Connection connection;
    private final Optional<LocalPortForward> forward;

    private Session(Connection connection, Optional<LocalPortForward> forward) {
      this.connection = connection;
      this.forward = forward;
    }

    /** The first value of the first row; the count if nothing is returned. */
    public String query(String sql) throws SQLException {
      try (Statement statement = connection.createStatement()) {
        if (!statement.execute(sql)) {
          return Integer.toString(statement.getUpdateCount());
        }
        try (ResultSet rows = statement.getResultSet()) {
          if (!rows.next()) {
            throw new SQLException("no row");
          }
          return String.valueOf(rows.getString(1));
        }
      }
    }

    @Override
    public void close() throws SQLException {
      try (connection) {
        forward.ifPresent(Outside::close);
      }
    }
  }
}
