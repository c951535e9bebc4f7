package io.taidon.core.explain;

import io.taidon.core.cache.EvictionReason;
import java.time.Instant;
import java.util.Optional;

/**
 * The end of a state.
 *
 * @param reason why it went; empty where nobody let it go and its files vanished from the store
 * @param at when it went, as far as anybody knows
 */
public record Loss(Optional<EvictionReason> reason, Instant at) {

  /** What a miss on the state is called. */
  MissReason miss() {
    return reason.map(Loss::miss).orElse(MissReason.LOST);
  }

  private static MissReason miss(EvictionReason reason) {
    return switch (reason) {
      case EXPIRED -> MissReason.EVICTED_TTL;
      case USAGE_ABOVE_HIGH_WATERMARK, FREE_BELOW_RESERVE, WORKSPACE_ABOVE_LIMIT ->
          MissReason.EVICTED_PRESSURE;
      case REQUESTED -> MissReason.EVICTED_ON_REQUEST;
      case REMOVED -> MissReason.REMOVED;
      case DAMAGED -> MissReason.DAMAGED;
      case NOT_ON_DISK -> MissReason.NOT_ON_DISK;
    };
  }

  /** The reason in one word, as in the log of evictions. */
  public String wireName() {
    return reason.map(EvictionReason::wireCode).orElse("missing");
  }

  /** Why, as the end of the sentence "It is gone, because ...". */
  public String sentence() {
    return reason.map(Loss::sentence).orElse("its files vanished from the store");
  }

  private static String sentence(EvictionReason reason) {
    return switch (reason) {
      case EXPIRED -> "it was not used for the retention time";
      case USAGE_ABOVE_HIGH_WATERMARK -> "the cache was above its high watermark";
      case FREE_BELOW_RESERVE -> "the file system had less free space than the reserve";
      case WORKSPACE_ABOVE_LIMIT -> "its workspace was above its share";
      case REQUESTED -> "somebody asked for room (`sqlrs cache evict`)";
      case REMOVED -> "somebody removed it (`sqlrs rm`)";
      case DAMAGED -> "its files were not what was sealed";
      case NOT_ON_DISK -> "the machine stopped before it was on disk";
    };
  }
}
