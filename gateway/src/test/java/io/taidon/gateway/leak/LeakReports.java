package io.taidon.gateway.leak;

import io.netty.buffer.PooledByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import io.netty.util.ResourceLeakDetectorFactory;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** What Netty's leak detector finds, kept instead of logged. */
public final class LeakReports {
  private static final int ALLOCATIONS = 64;
  private static final List<String> FOUND = new CopyOnWriteArrayList<>();

  private LeakReports() {}

  /** Before the first class of Netty's that makes a detector. */
  public static void collect() {
    ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.PARANOID);
    ResourceLeakDetectorFactory.setResourceLeakDetectorFactory(
        new ResourceLeakDetectorFactory() {
          @Override
          public <T> ResourceLeakDetector<T> newResourceLeakDetector(
              Class<T> resource, int samplingInterval, long maxActive) {
            return new Collecting<>(resource, samplingInterval);
          }
        });
  }

  public static List<String> found() {
    return List.copyOf(FOUND);
  }

  /** What was found since the last call. Looks for it first, as far as that can be asked for. */
  static List<String> take() {
    System.gc(); // what nobody holds any more is handed to the detectors
    for (int i = 0; i < ALLOCATIONS; i++) {
      // They look when something is allocated.
      PooledByteBufAllocator.DEFAULT.directBuffer(16).release();
    }
    List<String> taken = List.copyOf(FOUND);
    FOUND.removeAll(taken);
    return taken;
  }

  private static final class Collecting<T> extends ResourceLeakDetector<T> {
    @SuppressWarnings("deprecation") // the others read system properties that are none of ours
    Collecting(Class<?> resource, int samplingInterval) {
      super(resource, samplingInterval);
    }

    @Override
    protected boolean needReport() {
      return true;
    }

    @Override
    protected void reportTracedLeak(String resourceType, String records) {
      FOUND.add(resourceType + records);
    }

    @Override
    protected void reportUntracedLeak(String resourceType) {
      FOUND.add(resourceType);
    }
  }
}
