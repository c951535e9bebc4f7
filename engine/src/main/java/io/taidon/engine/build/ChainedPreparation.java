package io.taidon.engine.build;

import io.taidon.core.explain.StepOrigin;
import io.taidon.core.plan.StepInput;
import io.taidon.core.state.KeyedDigest;
import io.taidon.engine.psql.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Several preparations, one after the other, as one.
 *
 * @param parts in order
 */
public record ChainedPreparation(List<Preparation> parts) implements Preparation {
  public ChainedPreparation {
    parts = List.copyOf(parts);
  }

  @Override
  public List<StepInput> steps() {
    return parts.stream().flatMap(part -> part.steps().stream()).toList();
  }

  @Override
  public List<StepOrigin> origins(KeyedDigest key) {
    return parts.stream().flatMap(part -> part.origins(key).stream()).toList();
  }

  @Override
  public List<ReadFile> files() {
    return parts.stream().flatMap(part -> part.files().stream()).distinct().toList();
  }

  @Override
  public List<String> notes() {
    return parts.stream().flatMap(part -> part.notes().stream()).toList();
  }

  @Override
  public boolean takesStatesLive() {
    return parts.stream().allMatch(Preparation::takesStatesLive);
  }

  @Override
  public Application open() {
    return new ChainedApplication(parts);
  }

  /** Opens each part when its first step runs. */
  private static final class ChainedApplication implements Application {
    private final List<Preparation> parts;
    private final List<Optional<Application>> open = new ArrayList<>();

    ChainedApplication(List<Preparation> parts) {
      this.parts = parts;
      parts.forEach(_ -> open.add(Optional.empty()));
    }

    @Override
    public void apply(int first, int last, Target target, StepListener listener)
        throws InterruptedException {
      int before = 0;
      for (int i = 0; i < parts.size(); i++) {
        int size = parts.get(i).steps().size();
        int from = Math.max(first - before, 1);
        int to = Math.min(last - before, size);
        if (from <= to) {
          application(i).apply(from, to, target, new Shifted(listener, before));
        }
        before += size;
      }
    }

    private Application application(int part) throws InterruptedException {
      Optional<Application> known = open.get(part);
      if (known.isPresent()) {
        return known.get();
      }
      Application opened = parts.get(part).open();
      open.set(part, Optional.of(opened));
      return opened;
    }

    @Override
    public void disconnect() {
      open.forEach(part -> part.ifPresent(Application::disconnect));
    }

    @Override
    public void close() {
      open.forEach(part -> part.ifPresent(Application::close));
    }
  }

  /** Hears of a part's steps and tells of the whole's. */
  private record Shifted(Application.StepListener listener, int by)
      implements Application.StepListener {
    @Override
    public void output(int step, String line) {
      listener.output(step + by, line);
    }

    @Override
    public void ran(int step) {
      listener.ran(step + by);
    }
  }
}
