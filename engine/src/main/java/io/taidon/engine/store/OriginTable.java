package io.taidon.engine.store;

import io.taidon.core.cache.EvictionReason;
import io.taidon.core.explain.KnownState;
import io.taidon.core.explain.Loss;
import io.taidon.core.explain.StateOrigin;
import io.taidon.core.state.KeyedDigest;
import io.taidon.core.state.StateId;
import java.io.IOException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;

/**
 * What made each state, also of the last states that are gone: for explanations only, never for a
 * decision. Losing it costs explanations. Thread-safe.
 */
public final class OriginTable {
  /** How many states that are gone are remembered; the newest. */
  static final int MOST_GONE = 5_000;

  /** How many records an explanation looks at beside those of the request itself. */
  private static final int MOST_COMPARED = 1_000;

  private static final String NEAR =
      """
      WITH RECURSIVE
        wanted(id) AS (SELECT value FROM json_each(?)),
        below(id) AS (
          SELECT ?
          UNION
          SELECT o.id FROM below b JOIN origins o ON o.parent = b.id
          LIMIT %1$d),
        recent(id) AS (SELECT id FROM origins ORDER BY at DESC, id LIMIT %1$d),
        near(id) AS (
          SELECT id FROM wanted UNION SELECT id FROM below UNION SELECT id FROM recent
          UNION
          SELECT o.parent FROM near n JOIN origins o ON o.id = n.id WHERE o.parent IS NOT NULL)
      SELECT o.id, o.origin, o.build_millis, coalesce(s.last_used_at, o.gone_at, o.at),
        s.id IS NOT NULL,
        (SELECT e.reason FROM evictions e WHERE e.state = o.id ORDER BY e.id DESC LIMIT 1)
      FROM near n JOIN origins o ON o.id = n.id LEFT JOIN states s ON s.id = o.id
      ORDER BY o.id\
      """
          .formatted(MOST_COMPARED);

  private final RegistryDatabase database;
  private final StoreLayout layout;
  private final AtomicReference<Optional<KeyedDigest>> key =
      new AtomicReference<>(Optional.empty());

  OriginTable(RegistryDatabase database, StoreLayout layout) {
    this.database = database;
    this.layout = layout;
  }

  /** What comparable digests in this store are made with; the first call may write a file. */
  public KeyedDigest key() {
    Optional<KeyedDigest> known = key.get();
    if (known.isPresent()) {
      return known.get();
    }
    KeyedDigest read = OriginKey.of(layout);
    key.set(Optional.of(read));
    return read;
  }

  /**
   * A record as it is stored, not yet read.
   *
   * @param at when the state was used last, or went
   * @param wentFor why it went the last time it did
   */
  public record Stored(
      StateId id,
      String origin,
      long buildMillis,
      Instant at,
      boolean isThere,
      Optional<EvictionReason> wentFor) {

    /** Empty for a record of a form that this version does not know. */
    Optional<KnownState> known() {
      try {
        StateOrigin read = OriginJson.read(id, origin);
        Optional<Loss> loss = isThere ? Optional.empty() : Optional.of(new Loss(wentFor, at));
        return Optional.of(new KnownState(read, loss, buildMillis, at));
      } catch (IOException e) {
        return Optional.empty();
      }
    }
  }

  /**
   * The records that may explain a request: of its own states, of what was built on top of {@code
   * start}, of the newest states, and of the ancestors of all of them. Quick; {@link #read} is what
   * takes time.
   *
   * @param wanted the states of the request
   * @param start the state that its build would start from
   */
  public List<Stored> near(Collection<StateId> wanted, StateId start) {
    String ids =
        wanted.stream().map(id -> '"' + id.hex() + '"').collect(Collectors.joining(",", "[", "]"));
    return database.read(db -> db.list(OriginTable::stored, NEAR, ids, start.hex()));
  }

  /** The states that the records tell of. */
  public static List<KnownState> read(List<Stored> records) {
    List<KnownState> known = new ArrayList<>(records.size());
    records.forEach(record -> record.known().ifPresent(known::add));
    return known;
  }

  static void put(SqliteConnection db, StateRecord state, String origin) throws SQLException {
    db.update(
        "INSERT INTO origins (id, parent, origin, build_millis, at, gone_at) VALUES (?, ?, ?, ?, ?,"
            + " NULL) ON CONFLICT (id) DO UPDATE SET parent = excluded.parent, origin ="
            + " excluded.origin, build_millis = excluded.build_millis, at = excluded.at, gone_at ="
            + " NULL",
        state.id().hex(),
        state.parent().map(StateId::hex),
        origin,
        state.buildMillis(),
        state.createdAt());
  }

  static Optional<String> find(SqliteConnection db, StateId id) throws SQLException {
    return db.first(
        row -> Columns.text(row, 1), "SELECT origin FROM origins WHERE id = ?", id.hex());
  }

  /** Notes that a state goes, and forgets the oldest of those that went. */
  static void gone(SqliteConnection db, StateId id, Instant now) throws SQLException {
    db.update("UPDATE origins SET gone_at = ? WHERE id = ?", now, id.hex());
    db.update(
        "DELETE FROM origins WHERE id IN (SELECT id FROM origins WHERE gone_at IS NOT NULL"
            + " ORDER BY gone_at DESC, id LIMIT -1 OFFSET ?)",
        MOST_GONE);
  }

  private static Stored stored(ResultSet row) throws SQLException {
    return new Stored(
        new StateId(Columns.text(row, 1)),
        Columns.text(row, 2),
        row.getLong(3),
        Columns.time(row, 4),
        row.getBoolean(5),
        Columns.optionalText(row, 6).flatMap(EvictionReason::ofWireCode));
  }
}
