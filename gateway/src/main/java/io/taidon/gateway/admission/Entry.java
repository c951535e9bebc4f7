package io.taidon.gateway.admission;

/** The answer to somebody who wants a place. */
public sealed interface Entry {
  /** The place is theirs until they give it back. */
  record Admitted(Place place) implements Entry {}

  /** There is none. */
  record Refused(Refusal refusal) implements Entry {}

  /** One of a limited number of places. Thread-safe. */
  interface Place extends AutoCloseable {
    /** Gives it back. Idempotent. */
    @Override
    void close();
  }
}
