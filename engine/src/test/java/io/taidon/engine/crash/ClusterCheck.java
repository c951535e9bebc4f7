package io.taidon.engine.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.taidon.engine.postgres.PostgresHome;
import io.taidon.engine.postgres.PostgresServer;
import io.taidon.engine.postgres.ServerOptions;
import io.taidon.engine.postgres.SimpleQueryConnection;
import io.taidon.engine.postgres.TestClusters;
import io.taidon.engine.snapshot.SnapshotBackend;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Whether a cluster is whole: every page by its checksum, every table and every index by amcheck.
 * What pg_checksums does from outside, which shipped sets do not have, reading each page through
 * the server does from inside: clusters are made with checksums, and a page that fails its own is
 * an error.
 */
final class ClusterCheck {
  private static final List<String> EXTENSIONS =
      List.of("CREATE EXTENSION amcheck", "CREATE EXTENSION pageinspect");

  /** How many indexes were checked, what is wrong with tables, how many pages were read. */
  private static final String CHECK_ALL =
      "SELECT (SELECT count(bt_index_check(c.oid, c.relpersistence = 'p'))"
          + " FROM pg_class c JOIN pg_am a ON a.oid = c.relam"
          + " WHERE a.amname = 'btree' AND c.relkind = 'i'),"
          + " (SELECT string_agg(c.relname || ': ' || v.msg, '; ')"
          + " FROM pg_class c, LATERAL verify_heapam(c.oid) v WHERE c.relkind IN ('r', 't', 'm')),"
          + " (SELECT count(get_raw_page(c.oid::regclass::text, f, b))"
          + " FROM pg_class c, unnest(ARRAY['main', 'fsm', 'vm']) f,"
          + " generate_series(0, pg_relation_size(c.oid, f) / 8192 - 1) b"
          + " WHERE c.relkind IN ('r', 't', 'm', 'i', 'S'))";

  private static final int INDEXES_OF_THE_CATALOG = 100;
  private static final int PAGES_OF_THE_CATALOG = 500;

  private final PostgresHome home;

  ClusterCheck(PostgresHome home) {
    this.home = home;
  }

  /** Clones the state to {@code place}, starts a server there, looks at everything, deletes it. */
  void state(SnapshotBackend backend, Path state, Path place) throws IOException {
    Path data = Files.createDirectories(place).resolve("data");
    try {
      backend.clone(state, data);
      Files.deleteIfExists(data.resolve("postmaster.pid"));
      PostgresServer server =
          PostgresServer.start(
              home, TestClusters.OS_USER, ServerOptions.building(data, place.resolve("control")));
      try {
        server(server);
      } finally {
        assertThat(server.stop(PostgresServer.StopMode.FAST)).isTrue();
      }
    } finally {
      backend.delete(data);
      Trees.delete(place);
    }
  }

  /** Looks at everything in an instance that runs. */
  void instance(Path instance) throws IOException {
    server(
        PostgresServer.attach(instance.resolve("data"), instance.resolve("control")).orElseThrow());
  }

  private static void server(PostgresServer server) throws IOException {
    try (SimpleQueryConnection connection = server.connect("postgres")) {
      for (String extension : EXTENSIONS) {
        List<List<Optional<String>>> unused = connection.query(extension);
      }
      List<Optional<String>> found = connection.query(CHECK_ALL).getFirst();
      assertThat(number(found.get(0))).isGreaterThan(INDEXES_OF_THE_CATALOG);
      assertThat(found.get(1)).as("what verify_heapam finds").isEmpty();
      assertThat(number(found.get(2))).isGreaterThan(PAGES_OF_THE_CATALOG);
    }
  }

  private static int number(Optional<String> text) {
    return Integer.parseInt(text.orElseThrow());
  }
}
