package io.taidon.engine.psql;

import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;

/** How many bytes the scripts of one prepare may hold, and how many files they may include. */
final class ByteBudget {
  private static final int MAX_INCLUDES = 20_000;

  private final long limit;
  private long spent;
  private int includes;

  ByteBudget(PsqlSteps.Limits limits) {
    this.limit = limits.maxTotalBytes();
  }

  /** Fails early if so many bytes more are too many. */
  void expect(long bytes) {
    if (bytes > limit - spent) {
      throw TaidonException.of(
              ErrorCode.SCRIPT_TOO_LARGE,
              "The scripts and data files hold at least "
                  + (spent + bytes)
                  + " bytes, and the limit is "
                  + limit
                  + ".")
          .with("bytes", Long.toString(spent + bytes))
          .with("limit", Long.toString(limit))
          .remedy("Raise the limit with `sqlrs config set limits.scriptBytes BYTES`.");
    }
  }

  void spend(long bytes) {
    expect(bytes);
    spent += bytes;
  }

  void include() {
    if (++includes > MAX_INCLUDES) {
      throw TaidonException.of(
              ErrorCode.SCRIPT_TOO_LARGE,
              "The scripts include files more than " + MAX_INCLUDES + " times.")
          .with("limit", Integer.toString(MAX_INCLUDES));
    }
  }
}
