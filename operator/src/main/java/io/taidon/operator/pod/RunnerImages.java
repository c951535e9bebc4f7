package io.taidon.operator.pod;

import io.taidon.crds.v1alpha1.PrepareJobSpec.EngineSpec;
import io.taidon.operator.OperatorSettings;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;

/** Which image runs a wanted server. */
@ApplicationScoped
public class RunnerImages {
  private final OperatorSettings settings;

  public RunnerImages(OperatorSettings settings) {
    this.settings = settings;
  }

  /** The image for a job's engine. */
  public String of(Optional<EngineSpec> engine) {
    return engine
        .map(EngineSpec::image)
        .orElseGet(() -> ofMajor(engine.map(EngineSpec::postgres).orElse(settings.postgres())));
  }

  /** The installation's image for a major version of PostgreSQL. */
  public String ofMajor(int major) {
    return Optional.ofNullable(settings.runnerImage().get(major)).orElse("taidon/runner:" + major);
  }
}
