package io.taidon.gateway.startup;

/** What kind of replication a client asks for. */
public enum Replication {
  /** A stream of the whole cluster: the session has no database. */
  PHYSICAL,
  /** Commands of replication beside SQL, in a database. */
  LOGICAL
}
