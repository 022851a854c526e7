package io.sluice.compose.bench.balancer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a process has used so far, as Linux counts it.
 *
 * @param userTicks processor time in the program, in hundredths of a second
 * @param systemTicks in the kernel
 * @param loopTicks of both, what the threads that forward used
 */
record Usage(long userTicks, long systemTicks, long loopTicks) {
  /** Microseconds per tick: {@code USER_HZ} is 100 on every Linux that runs Java. */
  static final double MICROS_PER_TICK = 10_000;

  /** How our event loops are called, as far as Linux remembers names of threads. */
  private static final String LOOP = "balancer-loop";

  static Usage of(long pid) {
    Path process = Path.of("/proc", Long.toString(pid));
    long[] whole = ticks(process);
    List<Path> loops = loops(process.resolve("task"));
    // The others have one thread, which does all.
    long loop =
        loops.isEmpty()
            ? whole[0] + whole[1]
            : loops.stream().map(Usage::ticks).mapToLong(part -> part[0] + part[1]).sum();
    return new Usage(whole[0], whole[1], loop);
  }

  private static long[] ticks(Path of) {
    String stat = read(of.resolve("stat"));
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    return new long[] {Long.parseLong(fields[11]), Long.parseLong(fields[12])};
  }

  private static List<Path> loops(Path threads) {
    try (Stream<Path> all = Files.list(threads)) {
      return all.filter(thread -> comm(thread).startsWith(LOOP)).toList();
    } catch (IOException gone) {
      throw new BalancerBenchException("%s: expected a running process".formatted(threads), gone);
    }
  }

  /** The name of a thread; empty if it has ended meanwhile, as no loop does. */
  private static String comm(Path thread) {
    try {
      return Files.readString(thread.resolve("comm"));
    } catch (IOException ended) {
      return "";
    }
  }

  static double rssMiB(long pid) {
    return read(Path.of("/proc", Long.toString(pid), "status"))
            .lines()
            .filter(line -> line.startsWith("VmRSS:"))
            .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
            .findFirst()
            .orElse(0)
        / 1024.0;
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException gone) {
      throw new BalancerBenchException("%s: expected a running process".formatted(file), gone);
    }
  }

  Usage minus(Usage before) {
    return new Usage(
        userTicks - before.userTicks,
        systemTicks - before.systemTicks,
        loopTicks - before.loopTicks);
  }
}
