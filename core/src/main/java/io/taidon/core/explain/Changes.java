package io.taidon.core.explain;

import io.taidon.core.explain.Relatives.Found;
import io.taidon.core.explain.StepChange.Kind;
import io.taidon.core.state.Digest;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Turns edits into changes as people see them: what goes in one place and comes in another moved.
 */
final class Changes {
  private static final int MOST = 50;

  private Changes() {}

  static List<StepChange> of(Found found) {
    List<StepChange> changes = new ArrayList<>();
    if (!found.engine().isEmpty()) {
      changes.add(new StepChange(0, "the PostgreSQL engine", Kind.ENGINE, found.engine()));
    }
    Set<Digest> inserted = new HashSet<>();
    Set<Digest> removed = new HashSet<>();
    collect(found, inserted, removed);
    for (Edit edit : found.alignment().edits()) {
      switch (edit) {
        case Edit.Keep keep -> {}
        case Edit.Replace r ->
            changes.add(
                new StepChange(
                    r.at(),
                    r.related() ? r.after().label() : r.before().label(),
                    r.related() ? Kind.EDITED : Kind.REPLACED,
                    r.differences()));
        case Edit.Insert i ->
            changes.add(
                new StepChange(
                    i.at(),
                    i.step().label(),
                    removed.contains(i.step().hash()) ? Kind.MOVED : Kind.INSERTED,
                    List.of()));
        case Edit.Delete d ->
            changes.add(
                new StepChange(
                    d.before(),
                    d.step().label(),
                    inserted.contains(d.step().hash()) ? Kind.MOVED : Kind.REMOVED,
                    List.of()));
      }
    }
    return changes.size() <= MOST ? changes : changes.subList(0, MOST);
  }

  /** A relative may stop early for the sake of a short way; what it goes on with counts as gone. */
  private static void collect(Found found, Set<Digest> inserted, Set<Digest> removed) {
    for (Edit edit : found.alignment().edits()) {
      switch (edit) {
        case Edit.Insert i -> inserted.add(i.step().hash());
        case Edit.Delete d -> removed.add(d.step().hash());
        case Edit.Keep keep -> {}
        case Edit.Replace replace -> {}
      }
    }
    List<StepOrigin> steps = found.chain().steps();
    steps.subList(found.alignment().used(), steps.size()).forEach(s -> removed.add(s.hash()));
  }
}
