package io.taidon.core.explain;

import io.taidon.core.cache.EvictionReason;
import java.util.Locale;

/** Why a state that was there is gone. */
public enum LossReason {
  EXPIRED("it was not used for the retention time", MissReason.EVICTED_TTL),
  USAGE_ABOVE_HIGH_WATERMARK(
      "the cache was above its high watermark", MissReason.EVICTED_PRESSURE),
  FREE_BELOW_RESERVE(
      "the file system had less free space than the reserve", MissReason.EVICTED_PRESSURE),
  WORKSPACE_ABOVE_LIMIT("its workspace was above its share", MissReason.EVICTED_PRESSURE),
  EVICTION_REQUESTED("somebody ran `sqlrs cache evict`", MissReason.EVICTED_ON_REQUEST),
  REMOVED("somebody removed it with `sqlrs rm`", MissReason.REMOVED),
  DAMAGED("its files were not what was sealed", MissReason.DAMAGED),
  NOT_SAVED("the machine stopped before it was on disk", MissReason.NOT_SAVED),
  MISSING("its files vanished from the store", MissReason.LOST);

  private final String sentence;
  private final MissReason miss;

  LossReason(String sentence, MissReason miss) {
    this.sentence = sentence;
    this.miss = miss;
  }

  /** The loss that an eviction is. */
  public static LossReason of(EvictionReason reason) {
    return switch (reason) {
      case EXPIRED -> EXPIRED;
      case USAGE_ABOVE_HIGH_WATERMARK -> USAGE_ABOVE_HIGH_WATERMARK;
      case FREE_BELOW_RESERVE -> FREE_BELOW_RESERVE;
      case WORKSPACE_ABOVE_LIMIT -> WORKSPACE_ABOVE_LIMIT;
      case REQUESTED -> EVICTION_REQUESTED;
    };
  }

  /** Why, as the end of the sentence "It is gone, because ...". */
  public String sentence() {
    return sentence;
  }

  /** What a miss on a state is called that went for this reason. */
  public MissReason miss() {
    return miss;
  }

  /** The name in JSON and in the registry. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
