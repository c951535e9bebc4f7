package io.taidon.gateway.session;

import io.netty.buffer.ByteBuf;
import io.taidon.gateway.wire.Fault;
import io.taidon.gateway.wire.FrameLimits;

/** Where a client is on its way to a server. */
sealed interface Stage permits Authentication, Arrival, Stage.Over {
  /** Whether messages of the client are read now; if not, they are kept for later. */
  boolean reads();

  /** Which messages may come, and how long they may be. */
  FrameLimits expects();

  /** A message came; its body is released by the caller. */
  void take(ByteBuf body);

  /** What came was no message that may come. */
  void broken(Fault fault);

  /** The client is gone, or has been turned away: let go of everything. */
  void abandon();

  /** Handed off, turned away or gone. */
  record Over() implements Stage {
    @Override
    public boolean reads() {
      return false;
    }

    @Override
    public FrameLimits expects() {
      return type -> FrameLimits.NOT_NOW;
    }

    @Override
    public void take(ByteBuf body) {}

    @Override
    public void broken(Fault fault) {}

    @Override
    public void abandon() {}
  }
}
