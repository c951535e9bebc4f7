package io.taidon.operator.job;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.NonDeletingOperation;
import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import io.taidon.core.plan.StepKind;
import io.taidon.core.segment.SegmentRequest;
import io.taidon.core.segment.SegmentRequest.Build;
import io.taidon.core.segment.SegmentRequest.Invocation;
import io.taidon.core.segment.SegmentText;
import io.taidon.crds.v1alpha1.PrepareJob;
import io.taidon.crds.v1alpha1.PrepareJobSpec;
import io.taidon.crds.v1alpha1.PrepareJobSpec.SourceSpec;
import io.taidon.crds.v1alpha1.PrepareJobSpec.StepSpec;
import io.taidon.operator.Names;
import io.taidon.operator.OperatorSettings;
import io.taidon.operator.pod.JobPods;
import io.taidon.operator.pod.PodParts;
import io.taidon.operator.pod.SourceVolumes;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** What the pods of a job read: the request and inline files, in a ConfigMap of the job's. */
@ApplicationScoped
public class JobInputs {
  private final KubernetesClient client;
  private final OperatorSettings settings;

  public JobInputs(KubernetesClient client, OperatorSettings settings) {
    this.client = client;
    this.settings = settings;
  }

  /** Writes the inputs of one pod and returns their name. */
  String write(PrepareJob job, String pod, Optional<Build> build) {
    Map<String, String> data = new LinkedHashMap<>();
    data.put(JobPods.REQUEST_KEY, SegmentText.of(request(job.getSpec(), build)));
    SourceSpec source = job.getSpec().source();
    if (source != null && source.inline() != null) {
      for (int i = 0; i < source.inline().size(); i++) {
        data.put(SourceVolumes.inlineKey(i), source.inline().get(i).content());
      }
    }
    String name = Names.child(pod, "inputs");
    client
        .resource(
            new ConfigMapBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace(job.getMetadata().getNamespace())
                .addToLabels("app.kubernetes.io/managed-by", "taidon")
                .withOwnerReferences(PodParts.ownedBy(job))
                .endMetadata()
                .withData(data)
                .build())
        .createOr(NonDeletingOperation::update);
    return name;
  }

  private SegmentRequest request(PrepareJobSpec spec, Optional<Build> build) {
    Optional<Integer> major =
        Optional.ofNullable(spec.engine()).map(PrepareJobSpec.EngineSpec::postgres);
    boolean ownImage = spec.engine() != null && spec.engine().image() != null;
    OptionalInt wanted =
        major
            .map(OptionalInt::of)
            .orElseGet(() -> ownImage ? OptionalInt.empty() : OptionalInt.of(settings.postgres()));
    return new SegmentRequest(wanted, directory(spec.source()), invocations(spec.steps()), build);
  }

  private static List<Invocation> invocations(List<StepSpec> steps) {
    return steps.stream()
        .map(step ->
            step.psql() != null
                ? new Invocation(StepKind.PSQL, step.psql().args())
                : new Invocation(StepKind.LIQUIBASE, step.liquibase().args()))
        .toList();
  }

  private static Optional<String> directory(@Nullable SourceSpec source) {
    if (source == null) {
      return Optional.empty();
    }
    if (source.git() != null) {
      return Optional.ofNullable(source.git().path());
    }
    if (source.archive() != null) {
      return Optional.ofNullable(source.archive().path());
    }
    return source.volumeClaimRef() == null
        ? Optional.empty()
        : Optional.ofNullable(source.volumeClaimRef().path());
  }

  /**
   * The ConfigMap that a job's source names; empty if the source is another one.
   *
   * @throws TaidonException {@code SOURCE_UNAVAILABLE} if something that the source names is not
   *     there
   */
  Optional<ConfigMap> requireSource(PrepareJob job) {
    SourceSpec source = job.getSpec().source();
    String namespace = job.getMetadata().getNamespace();
    if (source == null) {
      return Optional.empty();
    }
    if (source.git() != null && source.git().secretRef() != null) {
      require(
          client.secrets().inNamespace(namespace).withName(source.git().secretRef().name()).get()
              != null,
          "Secret",
          source.git().secretRef().name(),
          namespace);
    }
    if (source.volumeClaimRef() != null) {
      require(
          client
                  .persistentVolumeClaims()
                  .inNamespace(namespace)
                  .withName(source.volumeClaimRef().name())
                  .get()
              != null,
          "PersistentVolumeClaim",
          source.volumeClaimRef().name(),
          namespace);
    }
    if (source.configMapRef() == null) {
      return Optional.empty();
    }
    ConfigMap map =
        client.configMaps().inNamespace(namespace).withName(source.configMapRef().name()).get();
    require(map != null, "ConfigMap", source.configMapRef().name(), namespace);
    return Optional.ofNullable(map);
  }

  private static void require(boolean there, String kind, String name, String namespace) {
    if (!there) {
      throw TaidonException.of(
              ErrorCode.SOURCE_UNAVAILABLE,
              "There is no " + kind + " `" + name + "` in namespace `" + namespace + "`.")
          .remedy("Create it, then create the job again.");
    }
  }
}
