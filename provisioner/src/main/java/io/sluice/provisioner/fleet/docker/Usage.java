package io.sluice.provisioner.fleet.docker;

import com.github.dockerjava.api.model.CpuStatsConfig;
import com.github.dockerjava.api.model.CpuUsageConfig;
import com.github.dockerjava.api.model.MemoryStatsConfig;
import com.github.dockerjava.api.model.StatisticNetworksConfig;
import com.github.dockerjava.api.model.Statistics;
import com.github.dockerjava.api.model.StatsConfig;
import io.sluice.schemas.metric.Metric;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * What an engine counted of a container up to a moment.
 *
 * @param at the moment, by the engine's clock
 * @param cpu processor time that the container has used, in nanoseconds
 * @param system processor time of the whole host, idle or not, in nanoseconds
 * @param processors how many processors the host has
 * @param memory memory in use that can't simply be dropped, in bytes
 * @param memoryLimit what the container may use, in bytes; the host's memory if there is no limit
 * @param pids processes and threads
 * @param received bytes that came in over its networks
 * @param sent bytes that it sent over its networks
 */
record Usage(
    Instant at,
    long cpu,
    long system,
    long processors,
    long memory,
    long memoryLimit,
    long pids,
    long received,
    long sent) {
  /** Processes and threads of the container. */
  static final Metric PIDS = new Metric("pids");

  /** Bytes per second that come in. */
  static final Metric NETWORK_IN = new Metric("network_in");

  /** Bytes per second that go out. */
  static final Metric NETWORK_OUT = new Metric("network_out");

  private static final double PERCENT = 100;
  private static final double NANOS = 1e9;

  /** From one item of the engine's stream; empty if the container does not run. */
  static Optional<Usage> of(Statistics item) {
    CpuStatsConfig cpu = item.getCpuStats();
    CpuUsageConfig used = cpu == null ? null : cpu.getCpuUsage();
    MemoryStatsConfig memory = item.getMemoryStats();
    String read = item.getRead();
    if (read == null
        || cpu == null
        || used == null
        || cpu.getSystemCpuUsage() == null
        || memory == null
        || memory.getUsage() == null) {
      return Optional.empty();
    }
    return Optional.of(
        new Usage(
            Instant.parse(read),
            number(used.getTotalUsage()),
            number(cpu.getSystemCpuUsage()),
            Math.max(1, number(cpu.getOnlineCpus())),
            Math.max(0, number(memory.getUsage()) - droppable(memory.getStats())),
            number(memory.getLimit()),
            item.getPidsStats() == null ? 0 : number(item.getPidsStats().getCurrent()),
            sum(item.getNetworks(), network -> number(network.getRxBytes())),
            sum(item.getNetworks(), network -> number(network.getTxBytes()))));
  }

  /** The page cache that nobody has touched lately: control groups count it as used. */
  private static long droppable(@Nullable StatsConfig stats) {
    if (stats == null) {
      return 0;
    }
    long ofVersion1 = number(stats.getTotalInactiveFile());
    return ofVersion1 > 0 ? ofVersion1 : number(stats.getInactiveFile());
  }

  private static long sum(
      @Nullable Map<String, StatisticNetworksConfig> networks,
      ToLongFunction<StatisticNetworksConfig> count) {
    return networks == null ? 0 : networks.values().stream().mapToLong(count).sum();
  }

  private static long number(@Nullable Long value) {
    return value == null ? 0 : value;
  }

  /**
   * What happened since an earlier moment, as metrics.
   *
   * @param cpus the container's limit in processors; 0: none
   */
  SortedMap<Metric, Double> since(Usage before, double cpus) {
    SortedMap<Metric, Double> values = new TreeMap<>();
    long hostTime = system - before.system;
    if (hostTime > 0 && cpu >= before.cpu) {
      double used = (double) (cpu - before.cpu) / (double) hostTime * (double) processors;
      double allowed = cpus > 0 ? Math.min(cpus, (double) processors) : (double) processors;
      values.put(Metric.CPU, percent(used, allowed));
    }
    if (memoryLimit > 0) {
      values.put(Metric.MEMORY, percent((double) memory, (double) memoryLimit));
    }
    values.put(PIDS, (double) pids);
    double seconds = Duration.between(before.at, at).toNanos() / NANOS;
    if (seconds > 0) {
      values.put(NETWORK_IN, (double) Math.max(0, received - before.received) / seconds);
      values.put(NETWORK_OUT, (double) Math.max(0, sent - before.sent) / seconds);
    }
    return values;
  }

  private static double percent(double used, double allowed) {
    return Math.clamp(used / allowed * PERCENT, 0, PERCENT);
  }
}
