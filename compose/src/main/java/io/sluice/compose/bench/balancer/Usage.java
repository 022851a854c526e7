package io.sluice.compose.bench.balancer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What a process has used so far, as Linux counts it.
 *
 * @param userTicks processor time in the program, in hundredths of a second
 * @param systemTicks in the kernel
 */
record Usage(long userTicks, long systemTicks) {
  /** Microseconds per tick: {@code USER_HZ} is 100 on every Linux that runs Java. */
  static final double MICROS_PER_TICK = 10_000;

  static Usage of(long pid) {
    String stat = read(Path.of("/proc", Long.toString(pid), "stat"));
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    return new Usage(Long.parseLong(fields[11]), Long.parseLong(fields[12]));
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
    return new Usage(userTicks - before.userTicks, systemTicks - before.systemTicks);
  }
}
