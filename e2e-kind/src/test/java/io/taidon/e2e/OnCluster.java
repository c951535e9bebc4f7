package io.taidon.e2e;

import io.taidon.e2e.cluster.FailureReport;
import io.taidon.e2e.cluster.TestCluster;
import io.taidon.e2e.cluster.TestNamespace;
import java.io.IOException;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Scenarios of the annotated class run on a cluster, or say why they are skipped. A scenario may
 * ask for the {@link Suite} and for a {@link TestNamespace} of its own. At its end the namespace is
 * deleted, and it fails if anything of it is left on any node.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(OnCluster.Extension.class)
@interface OnCluster {

  /** Finds the cluster once, and gives and takes namespaces. */
  final class Extension implements ExecutionCondition, ParameterResolver, AfterEachCallback {
    private static final Namespace OURS = Namespace.create(OnCluster.class);

    private sealed interface Place extends AutoCloseable {
      record Here(Suite suite) implements Place {
        @Override
        public void close() {
          suite.close();
        }
      }

      record Nowhere(String why) implements Place {
        @Override
        public void close() {}
      }
    }

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
      return switch (place(context)) {
        case Place.Here _ -> ConditionEvaluationResult.enabled("a cluster answers");
        case Place.Nowhere nowhere -> ConditionEvaluationResult.disabled(nowhere.why());
      };
    }

    private static Place place(ExtensionContext context) {
      return context
          .getRoot()
          .getStore(OURS)
          .computeIfAbsent(
              Place.class,
              _ ->
                  switch (TestCluster.find()) {
                    case TestCluster.Found.Here here -> new Place.Here(Suite.on(here.cluster()));
                    case TestCluster.Found.Nowhere nowhere -> new Place.Nowhere(nowhere.why());
                  },
              Place.class);
    }

    private static Suite suite(ExtensionContext context) {
      return switch (place(context)) {
        case Place.Here here -> here.suite();
        case Place.Nowhere nowhere -> throw new IllegalStateException(nowhere.why());
      };
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
      Class<?> type = parameter.getParameter().getType();
      return type == Suite.class || type == TestNamespace.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
      Suite suite = suite(context);
      if (parameter.getParameter().getType() == Suite.class) {
        return suite;
      }
      return context
          .getStore(OURS)
          .computeIfAbsent(
              TestNamespace.class,
              _ ->
                  TestNamespace.create(
                      suite.client(), suite.hands(), context.getRequiredTestMethod().getName()),
              TestNamespace.class);
    }

    @Override
    public void afterEach(ExtensionContext context) throws IOException {
      Optional<TestNamespace> used =
          Optional.ofNullable(context.getStore(OURS).get(TestNamespace.class, TestNamespace.class));
      if (used.isEmpty()) {
        return;
      }
      TestNamespace namespace = used.get();
      if (context.getExecutionException().isPresent()) {
        report(namespace, context);
      }
      if (context.getExecutionException().isPresent() && System.getenv("TAIDON_E2E_KEEP") != null) {
        return;
      }
      try {
        namespace.delete();
      } catch (RuntimeException e) {
        report(namespace, context);
        throw e;
      }
    }

    private static void report(TestNamespace namespace, ExtensionContext context)
        throws IOException {
      Path file =
          FailureReport.write(
              namespace,
              suite(context).taidon(),
              Path.of(System.getProperty("taidon.e2e.reports", "target/e2e")));
      System.err.println(context.getDisplayName() + " failed; see " + file);
    }
  }
}
