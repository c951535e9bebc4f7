package io.taidon.engine.store;

import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import java.util.List;
import java.util.Optional;

/** Finds ids by how they begin. */
final class IdLookup {
  private IdLookup() {}

  /**
   * The one id in the table that begins so.
   *
   * @param noun what the table holds, in the singular
   */
  static Optional<String> one(
      RegistryDatabase database, String table, String noun, IdPrefix prefix) {
    Where where = new Where().id(prefix);
    List<String> found =
        database.read(db ->
            db.list(
                row -> Columns.text(row, 1),
                "SELECT id FROM " + table + where.sql() + " ORDER BY id LIMIT 2",
                where.parameters()));
    if (found.size() > 1) {
      throw ambiguous(prefix, "more than one " + noun);
    }
    return found.stream().findFirst();
  }

  static TaidonException ambiguous(IdPrefix prefix, String what) {
    return TaidonException.of(
            ErrorCode.AMBIGUOUS_REFERENCE, "The id " + prefix + " stands for " + what + ".")
        .with("id", prefix.hex())
        .remedy("Give more digits of the id.");
  }
}
