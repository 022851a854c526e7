package io.sluice.app.process;

import com.sun.management.OperatingSystemMXBean;
import io.sluice.app.load.Reading;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;

/**
 * Reads the counters of this process. The first reading costs some 50 ms, since it loads the JVM's
 * management beans; further ones cost well below 1 ms.
 */
public final class ProcessReader {
  private final RequestCounter requests;

  /** A reader for this process, whose requests are counted there. */
  public ProcessReader(RequestCounter requests) {
    this.requests = requests;
  }

  /** What the counters say now. */
  public Reading read() {
    return new Reading(
        System.nanoTime(),
        Math.max(0, Sources.SYSTEM.getProcessCpuTime()),
        Sources.MEMORY.percent(),
        Sources.GPU.percent(),
        requests.finished(),
        requests.inFlight());
  }

  /** Processors available to this process, 1 or more; a container may have fewer than its host. */
  public static int processors() {
    return Runtime.getRuntime().availableProcessors();
  }

  /** Loaded by the first reading, which a server takes after it has begun to serve. */
  private static final class Sources {
    static final OperatingSystemMXBean SYSTEM =
        ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    static final ResidentMemory MEMORY = new ResidentMemory(Path.of("/proc"));
    static final Gpu GPU = new Gpu(Path.of("/sys/class/drm"));
  }
}
