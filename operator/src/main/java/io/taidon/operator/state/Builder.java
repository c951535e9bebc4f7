package io.taidon.operator.state;

import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.Map;
import java.util.Optional;

/** The PrepareJob that builds a state. The uid tells a job from a later one of the same name. */
public record Builder(String name, String uid) {
  /** The annotation on a StateSnapshot that nothing holds yet. */
  public static final String ANNOTATION = "taidon.io/builder";

  public static Builder of(io.taidon.crds.v1alpha1.PrepareJob job) {
    return new Builder(job.getMetadata().getName(), job.getMetadata().getUid());
  }

  /** Who claimed an object. */
  public static Optional<Builder> of(HasMetadata claimed) {
    Map<String, String> annotations = claimed.getMetadata().getAnnotations();
    return Optional.ofNullable(annotations == null ? null : annotations.get(ANNOTATION))
        .map(text -> text.split("/", 2))
        .filter(parts -> parts.length == 2)
        .map(parts -> new Builder(parts[0], parts[1]));
  }

  String text() {
    return name + "/" + uid;
  }
}
