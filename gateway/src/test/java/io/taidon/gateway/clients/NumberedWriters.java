package io.taidon.gateway.clients;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Clients that each write one numbered row after another, by transactions of two statements, and
 * connect again when they are cut off. They remember what the server said is committed.
 */
final class NumberedWriters implements AutoCloseable {
  private static final String SOCKET_TIMEOUT_SECONDS = "60";
  private static final String SILENCE = "Read timed out";

  private final int port;
  private final AtomicLong numbers = new AtomicLong();
  private final AtomicInteger cutOff = new AtomicInteger();
  private final AtomicInteger hung = new AtomicInteger();
  private final Set<Long> acknowledged = ConcurrentHashMap.newKeySet();
  private final List<Thread> threads = new ArrayList<>();
  private volatile boolean stopping;

  NumberedWriters(int port, int count) {
    this.port = port;
    for (int i = 0; i < count; i++) {
      threads.add(Thread.ofPlatform().start(this::writeUntilStopped));
    }
  }

  /** What was committed for certain. */
  Set<Long> acknowledged() {
    return acknowledged;
  }

  /** How often a session broke. */
  int cutOff() {
    return cutOff.get();
  }

  /**
   * How often a client waited for an answer that never came: a connection open on one side only.
   */
  int hung() {
    return hung.get();
  }

  private void writeUntilStopped() {
    while (!stopping) {
      try (Connection connection = connect();
          PreparedStatement row =
              connection.prepareStatement("INSERT INTO numbered (number) VALUES (?)");
          PreparedStatement twin =
              connection.prepareStatement("INSERT INTO twins (number) VALUES (?)")) {
        while (!stopping) {
          write(connection, row, twin);
        }
      } catch (SQLException e) {
        cutOff.incrementAndGet();
        if (String.valueOf(e.getCause()).contains(SILENCE)) {
          hung.incrementAndGet();
        }
      }
    }
  }

  private void write(Connection connection, PreparedStatement row, PreparedStatement twin)
      throws SQLException {
    long number = numbers.incrementAndGet();
    row.setLong(1, number);
    row.executeUpdate();
    twin.setLong(1, number);
    twin.executeUpdate();
    connection.commit();
    acknowledged.add(number);
  }

  private Connection connect() throws SQLException {
    Properties properties = new Properties();
    properties.put("user", GatewayFiles.USER);
    properties.put("password", PlainServer.PASSWORD);
    properties.put("socketTimeout", SOCKET_TIMEOUT_SECONDS);
    properties.put("sslmode", "disable");
    Connection connection =
        DriverManager.getConnection(
            "jdbc:postgresql://127.0.0.1:" + port + "/postgres", properties);
    connection.setAutoCommit(false);
    return connection;
  }

  @Override
  public void close() throws InterruptedException {
    stopping = true;
    for (Thread thread : threads) {
      thread.join();
    }
  }
}
