package io.taidon.engine.store;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The condition of a query, put together from filters that may be empty. Not thread-safe. */
final class Where {
  private final StringBuilder sql = new StringBuilder();
  private final List<Object> parameters = new ArrayList<>();

  /** Adds a condition with one {@code ?} per parameter. */
  Where and(String condition, Object... values) {
    sql.append(sql.isEmpty() ? " WHERE " : " AND ").append(condition);
    parameters.addAll(List.of(values));
    return this;
  }

  /** Adds a condition with one {@code ?} if there is a value for it. */
  Where and(String condition, Optional<?> value) {
    return value.isPresent() ? and(condition, new Object[] {value.get()}) : this;
  }

  Where id(Optional<IdPrefix> prefix) {
    return prefix.isPresent() ? id(prefix.get()) : this;
  }

  Where id(IdPrefix prefix) {
    return and("id >= ? AND id < ?", prefix.hex(), prefix.end());
  }

  String sql() {
    return sql.toString();
  }

  Object[] parameters() {
    return parameters.toArray();
  }
}
