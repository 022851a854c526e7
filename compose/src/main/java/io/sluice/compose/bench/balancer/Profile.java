package io.sluice.compose.bench.balancer;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.LongSummaryStatistics;
import java.util.Map;
import java.util.function.Predicate;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordedStackTrace;
import jdk.jfr.consumer.RecordedThread;
import jdk.jfr.consumer.RecordingFile;
import org.jspecify.annotations.Nullable;

/**
 * Where our balancer spent its time and memory in one run, by the JDK's flight recorder: samples,
 * every 10 to 20 ms, of the event loops' Java code and calls into the kernel, waiting included.
 *
 * @param scenario what was done
 * @param samples how many there are
 * @param bytesPerRequest allocated on the heap by the event loops, as the JVM counts it
 * @param methods where the time went, by the method on top; the largest first
 * @param allocations where the memory went, by our own method nearest to it
 */
public record Profile(
    String scenario,
    long samples,
    double bytesPerRequest,
    List<Share> methods,
    List<Share> allocations) {
  private static final int LINES_MAX = 15;
  private static final String OURS = "io.sluice.";

  /** How the balancer's event loops are called. */
  private static final String LOOP = "balancer-loop";

  /** A method, and its share of the whole, 0 to 1. */
  public record Share(String method, double share) {}

  /** Copies the lists. */
  public Profile {
    methods = List.copyOf(methods);
    allocations = List.copyOf(allocations);
  }

  /**
   * Reads a recording.
   *
   * @param requests how many were served meanwhile
   */
  static Profile read(String scenario, Path recording, long requests) {
    Map<String, Long> methods = new HashMap<>();
    Map<String, Long> allocations = new HashMap<>();
    Map<String, LongSummaryStatistics> allocated = new HashMap<>();
    try {
      for (RecordedEvent event : RecordingFile.readAllEvents(recording)) {
        switch (event.getEventType().getName()) {
          case "jdk.ExecutionSample", "jdk.NativeMethodSample" -> {
            if (onLoop(event)) {
              methods.merge(method(event, _ -> true), 1L, Long::sum);
            }
          }
          case "jdk.ObjectAllocationSample" ->
              allocations.merge(
                  method(event, name -> name.startsWith(OURS)), event.getLong("weight"), Long::sum);
          case "jdk.ThreadAllocationStatistics" -> {
            RecordedThread thread = event.getThread("thread");
            if (isLoop(thread)) {
              allocated
                  .computeIfAbsent(thread.getJavaName(), _ -> new LongSummaryStatistics())
                  .accept(event.getLong("allocated"));
            }
          }
          default -> {}
        }
      }
    } catch (IOException broken) {
      throw new BalancerBenchException("%s can't be read".formatted(recording), broken);
    }
    return new Profile(
        scenario,
        total(methods),
        Math.round(10.0 * grown(allocated) / Math.max(1, requests)) / 10.0,
        shares(methods),
        shares(allocations));
  }

  /** Whether it was an event loop: other threads that sit in the kernel only wait there. */
  private static boolean onLoop(RecordedEvent event) {
    return isLoop(event.getThread("sampledThread"));
  }

  private static boolean isLoop(@Nullable RecordedThread thread) {
    return thread != null && thread.getJavaName() != null && thread.getJavaName().startsWith(LOOP);
  }

  /** By how much counters grew between the first and the last look at them. */
  private static long grown(Map<String, LongSummaryStatistics> counters) {
    return counters.values().stream().mapToLong(one -> one.getMax() - one.getMin()).sum();
  }

  /** The uppermost method of this kind; the uppermost of all if there is none. */
  private static String method(RecordedEvent event, Predicate<String> wanted) {
    RecordedStackTrace stack = event.getStackTrace();
    if (stack == null || stack.getFrames().isEmpty()) {
      return "(no stack)";
    }
    List<String> names = stack.getFrames().stream().map(Profile::name).toList();
    return names.stream().filter(wanted).findFirst().orElse(names.getFirst());
  }

  private static String name(RecordedFrame frame) {
    return frame.getMethod().getType().getName() + "." + frame.getMethod().getName();
  }

  private static long total(Map<String, Long> parts) {
    return parts.values().stream().mapToLong(Long::longValue).sum();
  }

  private static List<Share> shares(Map<String, Long> parts) {
    double total = total(parts);
    List<Share> shares = new ArrayList<>();
    parts.forEach(
        (method, part) -> shares.add(new Share(method, Math.round(1000 * part / total) / 1000.0)));
    shares.sort(Comparator.comparingDouble(Share::share).reversed().thenComparing(Share::method));
    return shares.subList(0, Math.min(LINES_MAX, shares.size()));
  }
}
