package io.taidon.e2e.source;

import io.taidon.crds.v1alpha1.NameRef;
import io.taidon.crds.v1alpha1.PrepareJob;
import io.taidon.crds.v1alpha1.PrepareJobSpec;
import io.taidon.crds.v1alpha1.PrepareJobSpec.EngineSpec;
import io.taidon.crds.v1alpha1.PrepareJobSpec.GitSource;
import io.taidon.crds.v1alpha1.PrepareJobSpec.InlineFile;
import io.taidon.crds.v1alpha1.PrepareJobSpec.SourceSpec;
import io.taidon.crds.v1alpha1.PrepareJobSpec.StepSpec;
import io.taidon.crds.v1alpha1.PrepareJobSpec.ToolSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Writes PrepareJobs in a sentence. */
public final class Jobs {
  private final String name;
  private final List<StepSpec> steps = new ArrayList<>();
  private final List<InlineFile> files = new ArrayList<>();
  private Optional<SourceSpec> source = Optional.empty();
  private Optional<EngineSpec> engine = Optional.empty();
  private Optional<String> stateClass = Optional.empty();
  private Optional<Integer> deadline = Optional.empty();
  private boolean planOnly;

  private Jobs(String name) {
    this.name = name;
  }

  /** Begins a job. */
  public static Jobs named(String name) {
    return new Jobs(name);
  }

  /** With a file in the job itself. */
  public Jobs file(String path, String content) {
    files.add(new InlineFile(path, content));
    return this;
  }

  /** With the files of a ConfigMap. */
  public Jobs fromConfigMap(String map) {
    return from(new SourceSpec(null, new NameRef(map), null, null, null));
  }

  /** With the files of a git repository. */
  public Jobs fromGit(String url, String ref) {
    return from(new SourceSpec(null, null, new GitSource(url, ref, null, null), null, null));
  }

  private Jobs from(SourceSpec files) {
    source = Optional.of(files);
    return this;
  }

  /** Then psql with these arguments. */
  public Jobs psql(String... args) {
    steps.add(new StepSpec(new ToolSpec(List.of(args)), null));
    return this;
  }

  /** Then Liquibase with these arguments. */
  public Jobs liquibase(String... args) {
    steps.add(new StepSpec(null, new ToolSpec(List.of(args))));
    return this;
  }

  public Jobs image(String image) {
    engine = Optional.of(new EngineSpec(null, image));
    return this;
  }

  public Jobs stateClass(String value) {
    stateClass = Optional.of(value);
    return this;
  }

  public Jobs deadlineSeconds(int seconds) {
    deadline = Optional.of(seconds);
    return this;
  }

  public Jobs planOnly() {
    planOnly = true;
    return this;
  }

  /** The job. */
  public PrepareJob write() {
    PrepareJob job = new PrepareJob();
    job.getMetadata().setName(name);
    @Nullable SourceSpec inline =
        files.isEmpty() ? null : new SourceSpec(files, null, null, null, null);
    job.setSpec(
        new PrepareJobSpec(
            engine.orElse(null),
            source.orElse(inline),
            steps,
            null,
            stateClass.orElse(null),
            deadline.orElse(null),
            null,
            null,
            planOnly ? true : null));
    return job;
  }
}
