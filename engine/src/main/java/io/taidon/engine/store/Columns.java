package io.taidon.engine.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/** Reads typed values from columns. A value that cannot be one of ours is damage. */
final class Columns {
  private Columns() {}

  static String text(ResultSet row, int column) throws SQLException {
    String text = row.getString(column);
    if (text == null) {
      throw damaged("column " + column + " is empty");
    }
    return text;
  }

  static Optional<String> optionalText(ResultSet row, int column) throws SQLException {
    return Optional.ofNullable(row.getString(column));
  }

  static Instant time(ResultSet row, int column) throws SQLException {
    return Instant.ofEpochMilli(row.getLong(column));
  }

  static Optional<Instant> optionalTime(ResultSet row, int column) throws SQLException {
    long millis = row.getLong(column);
    return row.wasNull() ? Optional.empty() : Optional.of(Instant.ofEpochMilli(millis));
  }

  /** A time in milliseconds that is not negative. */
  static Optional<Duration> optionalMillis(ResultSet row, int column) throws SQLException {
    OptionalLong millis = optionalLong(row, column);
    if (millis.isPresent() && millis.getAsLong() < 0) {
      throw damaged("column " + column + " is a negative time");
    }
    return millis.isPresent()
        ? Optional.of(Duration.ofMillis(millis.getAsLong()))
        : Optional.empty();
  }

  static OptionalLong optionalLong(ResultSet row, int column) throws SQLException {
    long value = row.getLong(column);
    return row.wasNull() ? OptionalLong.empty() : OptionalLong.of(value);
  }

  static OptionalInt optionalInt(ResultSet row, int column) throws SQLException {
    int value = row.getInt(column);
    return row.wasNull() ? OptionalInt.empty() : OptionalInt.of(value);
  }

  static <E extends Enum<E>> E word(Class<E> type, ResultSet row, int column) throws SQLException {
    try {
      return Enum.valueOf(type, text(row, column).toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw damaged("column " + column + " is no " + type.getSimpleName());
    }
  }

  static SQLException damaged(String what) {
    return new SQLiteException(what, SQLiteErrorCode.SQLITE_CORRUPT);
  }
}
