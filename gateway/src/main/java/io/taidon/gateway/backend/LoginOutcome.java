package io.taidon.gateway.backend;

import io.netty.buffer.ByteBuf;
import io.taidon.gateway.wire.Fault;

/** What came of logging in at an instance's server. Buffers belong to who is told. */
public sealed interface LoginOutcome {
  /**
   * The server is ready for queries.
   *
   * @param greeting its ParameterStatus and NoticeResponse messages, as they came
   * @param process what to cancel with
   * @param status the transaction status of ReadyForQuery
   * @param rest what it has sent since
   */
  record Ready(ByteBuf greeting, ProcessKey process, byte status, ByteBuf rest)
      implements LoginOutcome {}

  /**
   * The server turned the login down.
   *
   * @param error its ErrorResponse, whole
   * @param state the SQLSTATE in it
   */
  record Refused(ByteBuf error, String state) implements LoginOutcome {}

  /** The connection broke. */
  record Lost() implements LoginOutcome {}

  /** The server behaved in a way that we cannot deal with. */
  record Failed(Fault fault) implements LoginOutcome {}
}
