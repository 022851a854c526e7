package io.sluice.app.process;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;

/**
 * How much of its memory limit this process uses.
 *
 * <p>Used is the resident set ({@code VmRSS} in Linux's {@code /proc/self/status}, which unlike
 * {@code statm} needs no page size to be known), and where there is no such file the JVM's heap and
 * non-heap together. The limit is the container's, if the container has less memory than its host;
 * otherwise the JVM's largest heap plus {@link #BESIDE_HEAP_BYTES} for what is not heap.
 */
final class ResidentMemory {
  /** Room for classes, compiled code, thread stacks and buffers: 128 MiB. */
  static final long BESIDE_HEAP_BYTES = 128L << 20;

  private static final double PERCENT = 100;
  private static final long BYTES_PER_KIB = 1_024;

  private final Path status;
  private final long limitBytes;

  /** Reads Linux's files below this directory, which is {@code /proc} outside tests. */
  ResidentMemory(Path proc) {
    this.status = proc.resolve("self/status");
    this.limitBytes = limitBytes(proc.resolve("meminfo"));
  }

  /** Share of the limit in use, in percent; above 100 if the estimated limit is too low. */
  double percent() {
    return PERCENT * usedBytes() / limitBytes;
  }

  /** The memory in use, in bytes. */
  long usedBytes() {
    return kibibytes(status, "VmRSS:").orElseGet(ResidentMemory::managedBytes);
  }

  /** The memory that counts as 100 %, in bytes. */
  long limitBytes() {
    return limitBytes;
  }

  private static long limitBytes(Path meminfo) {
    OptionalLong host = kibibytes(meminfo, "MemTotal:");
    long visible =
        ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getTotalMemorySize();
    boolean limited = host.isPresent() && visible < host.getAsLong();
    return limited ? visible : Runtime.getRuntime().maxMemory() + BESIDE_HEAP_BYTES;
  }

  private static long managedBytes() {
    var memory = ManagementFactory.getMemoryMXBean();
    return memory.getHeapMemoryUsage().getUsed() + memory.getNonHeapMemoryUsage().getUsed();
  }

  /** The bytes on a line like {@code VmRSS: 1234 kB}; empty if there is no such file or line. */
  private static OptionalLong kibibytes(Path file, String name) {
    try (var lines = Files.lines(file)) {
      return lines
          .filter(line -> line.startsWith(name))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * BYTES_PER_KIB)
          .findFirst();
    } catch (IOException notLinux) {
      return OptionalLong.empty();
    }
  }
}
