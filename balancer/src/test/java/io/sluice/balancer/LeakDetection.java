package io.sluice.balancer;

import static org.awaitility.Awaitility.await;

import io.netty.buffer.ByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import io.netty.util.ResourceLeakDetectorFactory;
import java.lang.ref.PhantomReference;
import java.lang.ref.ReferenceQueue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Fails a class of tests in which a buffer was given to the garbage collector before it was
 * released. How many buffers are watched is Netty's level: all of them in integration tests.
 */
public final class LeakDetection implements AfterAllCallback {
  private static final Queue<String> FOUND = new ConcurrentLinkedQueue<>();

  static {
    // Before the first buffer is made: Netty asks for its detectors once.
    ResourceLeakDetectorFactory.setResourceLeakDetectorFactory(new Recording());
  }

  private static final class Recording extends ResourceLeakDetectorFactory {
    @Override
    @SuppressWarnings("deprecation") // Abstract in Netty, so it has to be there.
    public <T> ResourceLeakDetector<T> newResourceLeakDetector(
        Class<T> resource, int samplingInterval, long maxActive) {
      return newResourceLeakDetector(resource, samplingInterval);
    }

    @Override
    public <T> ResourceLeakDetector<T> newResourceLeakDetector(
        Class<T> resource, int samplingInterval) {
      ResourceLeakDetector<T> detector = new ResourceLeakDetector<>(resource, samplingInterval);
      detector.setLeakListener((type, records) -> FOUND.add(type + records));
      return detector;
    }
  }

  /** What was found since the last time, of all that is garbage by now. */
  static List<String> take() {
    ReferenceQueue<Object> collected = new ReferenceQueue<>();
    var last = new PhantomReference<>(new Object(), collected);
    await()
        .pollInterval(Duration.ofMillis(5))
        .until(() -> {
          System.gc();
          return last.equals(collected.poll());
        });
    // Netty looks for what was lost whenever it gives out another one.
    ByteBufAllocator.DEFAULT.directBuffer().release();
    List<String> found = new ArrayList<>();
    for (String leak = FOUND.poll(); leak != null; leak = FOUND.poll()) {
      found.add(leak);
    }
    return found;
  }

  @Override
  public void afterAll(ExtensionContext context) {
    List<String> found = take();
    if (!found.isEmpty()) {
      throw new AssertionError("buffers were never released: " + String.join("\n", found));
    }
  }
}
