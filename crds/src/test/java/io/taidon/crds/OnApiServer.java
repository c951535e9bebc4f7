package io.taidon.crds;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Tests of the annotated class run on a real {@link ApiServer}, or say why they are skipped. It is
 * a parameter of theirs. All such classes of a test run have the same one, so each keeps to names
 * of its own.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Tag("api-server")
@ExtendWith(OnApiServer.Extension.class)
public @interface OnApiServer {

  /** Starts it when the first test wants it, and ends it after the last one. */
  final class Extension implements ExecutionCondition, ParameterResolver {
    private static final Namespace OURS = Namespace.create(OnApiServer.class);

    private record Running(ApiServer server, Path files) implements AutoCloseable {
      static Running start() {
        try {
          Path files = Files.createTempDirectory("taidon-api-server-");
          return new Running(ApiServer.start(files), files);
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }

      @Override
      public void close() throws IOException {
        server.close();
        try (Stream<Path> all = Files.walk(files)) {
          for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
            Files.delete(path);
          }
        }
      }
    }

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
      return ApiServer.isAvailable()
          ? ConditionEvaluationResult.enabled("there are the programs of an API server")
          : ConditionEvaluationResult.disabled(ApiServer.WHY_NOT);
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
      return parameter.getParameter().getType() == ApiServer.class;
    }

    @Override
    public synchronized Object resolveParameter(
        ParameterContext parameter, ExtensionContext context) {
      // Modules have JUnit 5 or 6, and these two methods are what both have.
      ExtensionContext.Store store = context.getRoot().getStore(OURS);
      Running running = store.get(Running.class, Running.class);
      if (running == null) {
        running = Running.start();
        store.put(Running.class, running);
      }
      return running.server();
    }
  }
}
