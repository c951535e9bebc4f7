package io.taidon.server.life;

import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import io.taidon.server.ServerSettings;
import java.net.BindException;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Why a server did not start, as one line on standard error: {@code <code>: <sentence> <remedy>}.
 *
 * <p>A store that another server holds ({@code conflict}) is exit code 0: what was wanted, a server
 * on that store, is there. Everything else is 1.
 */
public final class StartFailure {
  private static final Logger LOG = Logger.getLogger(StartFailure.class);

  private StartFailure() {}

  /** Ends the process, first saying why if there is a reason to. */
  @SuppressWarnings("SystemExitOutsideMain") // It is the main class's last word.
  public static void exit(int exitCode, @Nullable Throwable failure) {
    if (failure == null) {
      System.exit(exitCode);
      return;
    }
    TaidonException known = known(failure);
    if (known == null) {
      LOG.error("internal_error: The server did not start.", failure);
      System.exit(1);
      return;
    }
    System.err.println(line(known));
    System.exit(exitCode(known));
  }

  static int exitCode(TaidonException failure) {
    return failure.code() == ErrorCode.CONFLICT ? 0 : 1;
  }

  /** One line for users and for {@code sqlrs}. */
  public static String line(TaidonException failure) {
    String remedy = failure.remedy().map(text -> " " + text).orElse("");
    return failure.code().wireCode() + ": " + failure.sentence() + remedy;
  }

  /** What users can be told about it; {@code null} for a defect of ours. */
  static @Nullable TaidonException known(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof TaidonException known) {
        return known;
      }
      if (cause instanceof BindException bind) {
        return portInUse(bind);
      }
    }
    return null;
  }

  private static TaidonException portInUse(BindException failure) {
    ServerSettings settings = ServerSettings.ofProcess();
    String address = settings.host() + " port " + settings.port();
    return TaidonException.of(
            ErrorCode.PORT_IN_USE, "The server cannot listen on " + address + ".", failure)
        .remedy("Choose another taidon.port, or 0 for a free one.");
  }
}
