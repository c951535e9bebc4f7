package io.taidon.node.seal;

import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import io.taidon.core.state.StateId;
import io.taidon.node.metrics.NodeMetrics;
import io.taidon.node.name.VolumeId;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The words on a seal socket. {@code seal <id>} is answered by {@code ok <milliseconds>} or {@code
 * error <code> <sentence>}, with the codes of {@link ErrorCode}.
 */
public final class SealProtocol {
  static final String TOO_LONG =
      "error " + ErrorCode.REQUEST_TOO_LARGE.wireCode() + " The line is too long.";

  private static final System.Logger LOG = System.getLogger(SealProtocol.class.getName());
  private static final Pattern SEAL = Pattern.compile("seal ([0-9a-f]{64})");

  private final Sealing sealing;
  private final NodeMetrics metrics;

  public SealProtocol(Sealing sealing, NodeMetrics metrics) {
    this.sealing = sealing;
    this.metrics = metrics;
  }

  String answer(VolumeId volume, String line) {
    Matcher matcher = SEAL.matcher(line);
    if (!matcher.matches()) {
      return error(
          ErrorCode.INVALID_ARGUMENT,
          "Write: seal, a space and the 64 hexadecimal digits of an id.");
    }
    long start = System.nanoTime();
    try {
      metrics.timed(
          "seal",
          () -> {
            sealing.seal(volume, new StateId(matcher.group(1)));
            return true;
          });
      return "ok " + Duration.ofNanos(System.nanoTime() - start).toMillis();
    } catch (TaidonException e) {
      return error(e.code(), e.sentence());
    } catch (RuntimeException e) {
      LOG.log(Level.ERROR, "sealing for volume " + volume, e);
      return error(ErrorCode.INTERNAL_ERROR, "The state could not be sealed.");
    }
  }

  private static String error(ErrorCode code, String sentence) {
    return "error " + code.wireCode() + " " + sentence.replaceAll("\\s+", " ");
  }
}
