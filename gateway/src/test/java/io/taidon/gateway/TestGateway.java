package io.taidon.gateway;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.util.internal.logging.InternalLoggerFactory;
import io.netty.util.internal.logging.JdkLoggerFactory;
import io.taidon.gateway.auth.TokenVerifier;
import io.taidon.gateway.log.GatewayLog;
import io.taidon.gateway.metrics.GatewayMetrics;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.function.UnaryOperator;

/**
 * A gateway with real PostgreSQL servers behind it, for tests of anything that goes through. Wakes,
 * expiries and changes are in the hands of the test, see {@link #directory}.
 */
public final class TestGateway implements AutoCloseable {
  static {
    // The default would swallow what the leak detector finds.
    InternalLoggerFactory.setDefaultFactory(JdkLoggerFactory.INSTANCE);
  }

  private final TestingDirectory directory = new TestingDirectory();
  private final CollectedLog log = new CollectedLog();
  private final SimpleMeterRegistry figures = new SimpleMeterRegistry();
  private final List<TestInstance> instances = new ArrayList<>();
  private final Gateway gateway;

  private TestGateway(UnaryOperator<GatewaySettings> change, TokenVerifier tokens) {
    GatewaySettings settings =
        GatewaySettings.listeningAt(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    gateway =
        Gateway.start(
            change.apply(settings),
            directory,
            tokens,
            new GatewayMetrics(figures),
            new GatewayLog(log));
  }

  /** One with standard settings, at a free port of the loopback interface. */
  public static TestGateway start() {
    return start(UnaryOperator.identity());
  }

  public static TestGateway start(UnaryOperator<GatewaySettings> change) {
    return new TestGateway(change, TokenVerifier.NONE);
  }

  public static TestGateway start(UnaryOperator<GatewaySettings> change, TokenVerifier tokens) {
    return new TestGateway(change, tokens);
  }

  /** An instance that sleeps, reached by its Unix socket. */
  public TestInstance asleep(String id) {
    return add(TestInstance.create(id, 17, false));
  }

  /** An instance that runs, reached by its Unix socket. */
  public TestInstance running(String id) {
    TestInstance instance = asleep(id);
    instance.start();
    return instance;
  }

  /** An instance that runs and wants SCRAM over TCP, of either shipped version. */
  public TestInstance runningOverTcp(String id, int major) {
    TestInstance instance = add(TestInstance.create(id, major, true));
    instance.start();
    return instance;
  }

  /** One that another gateway has started and will close. */
  public void share(TestInstance instance) {
    directory.put(instance);
  }

  private TestInstance add(TestInstance instance) {
    instances.add(instance);
    directory.put(instance);
    return instance;
  }

  public Gateway gateway() {
    return gateway;
  }

  public TestingDirectory directory() {
    return directory;
  }

  /** What it logged. */
  public CollectedLog log() {
    return log;
  }

  /** The sum of a counter over its labels. */
  public double count(String name) {
    return figures.find(name).counters().stream().mapToDouble(counter -> counter.count()).sum();
  }

  public int port() {
    return gateway.port();
  }

  /** Logs in by pgjdbc, as the role of all instances. */
  public Connection connect(String instance, Map<String, String> properties) throws SQLException {
    Properties all = new Properties();
    all.put("user", TestInstance.ROLE + "~" + instance);
    all.put("password", TestInstance.PASSWORD);
    all.put("sslmode", "disable");
    all.putAll(properties);
    return DriverManager.getConnection("jdbc:postgresql://127.0.0.1:" + port() + "/postgres", all);
  }

  public Connection connect(String instance) throws SQLException {
    return connect(instance, Map.of());
  }

  /** A connection on which a test speaks the protocol itself. */
  public Socket socket() throws IOException {
    return new Socket(InetAddress.getLoopbackAddress(), port());
  }

  /** A process builder of a program of the machine's client package, such as psql. */
  public ProcessBuilder client(String program, String instance, String... args) {
    List<String> command = new ArrayList<>();
    command.add("/usr/bin/" + program);
    command.addAll(List.of(args));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().clear();
    builder.environment().put("PATH", "/usr/bin:/bin");
    builder.environment().put("PGHOST", "127.0.0.1");
    builder.environment().put("PGPORT", Integer.toString(port()));
    builder.environment().put("PGUSER", TestInstance.ROLE + "~" + instance);
    builder.environment().put("PGPASSWORD", TestInstance.PASSWORD);
    builder.environment().put("PGDATABASE", "postgres");
    builder.environment().put("PGSSLMODE", "prefer");
    return builder;
  }

  @Override
  public void close() {
    gateway.close();
    instances.forEach(TestInstance::close);
  }
}
