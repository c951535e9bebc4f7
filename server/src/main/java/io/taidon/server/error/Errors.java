package io.taidon.server.error;

import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import io.taidon.engine.JobView.ErrorView;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.jboss.logging.Logger;

/** The body of a failure. */
public final class Errors {
  private static final Logger LOG = Logger.getLogger(Errors.class);

  private Errors() {}

  public static ErrorView of(TaidonException failure) {
    return new ErrorView(
        failure.code().wireCode(), failure.sentence(), failure.details(), failure.remedy());
  }

  /** A failure nobody foresaw: its stack trace goes to the log, a reference to it to the client. */
  public static ErrorView unforeseen(Throwable failure) {
    String reference = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextInt());
    LOG.errorf(failure, "unforeseen failure %s", reference);
    return new ErrorView(
        ErrorCode.INTERNAL_ERROR.wireCode(),
        "The server failed; its log has the reason under " + reference + ".",
        Map.of("reference", reference),
        Optional.empty());
  }

  /** The request has a mistake in the named field, parameter or header. */
  public static TaidonException invalid(String field, String sentence) {
    return TaidonException.of(ErrorCode.INVALID_ARGUMENT, sentence).with("field", field);
  }
}
