package io.taidon.gateway.leak;

import java.util.List;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Fails a test class after which a buffer was found that nobody released; maybe one of a class that
 * ran before it. Registered for all tests of the module by {@code META-INF/services}.
 */
public final class LeakCheck implements BeforeAllCallback, AfterAllCallback {
  static {
    LeakReports.collect(); // before Netty makes its first detector
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    // The static initializer has done it.
  }

  @Override
  public void afterAll(ExtensionContext context) {
    List<String> leaks = LeakReports.take();
    if (!leaks.isEmpty()) {
      throw new AssertionError(
          "%d buffers were not released; the first: %s".formatted(leaks.size(), leaks.getFirst()));
    }
  }
}
