package io.taidon.core.explain;

import java.util.List;
import java.util.Locale;

/**
 * One change that leads from the nearest relative to what is wanted.
 *
 * @param step the number of the wanted step, from 1; 0 for the engine; of a removed step that of
 *     the step which stands in its place
 * @param label the step, as users call it
 */
public record StepChange(int step, String label, Kind kind, List<Difference> differences) {
  public StepChange {
    differences = List.copyOf(differences);
  }

  /** What happened to a step. */
  public enum Kind {
    ENGINE,
    EDITED,
    REPLACED,
    INSERTED,
    REMOVED,
    MOVED;

    /** The name in JSON. */
    public String wireName() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
