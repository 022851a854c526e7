package io.sluice.provisioner.fleet.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * When a process was started, by the kernel's own count: with its id, what tells it from every
 * other process that this host ever ran. No clock has a part in it, so that setting one changes
 * nothing.
 *
 * @param boot the id that the kernel gave itself when the host was started
 * @param ticks how many ticks after that the process was started
 */
record StartMark(String boot, long ticks) {
  private static final Path PROC = Path.of("/proc");
  private static final Path BOOT = PROC.resolve("sys/kernel/random/boot_id");

  /** Where it stands behind the name, which may hold blanks and brackets itself. */
  private static final int TICKS_BEHIND_NAME = 19;

  /** That of a process; empty: it is gone, or this host has no {@code /proc}. */
  static Optional<StartMark> of(long pid) {
    try {
      String boot = Files.readString(BOOT).strip();
      return ticks(Files.readString(PROC.resolve(Long.toString(pid)).resolve("stat")))
          .map(ticks -> new StartMark(boot, ticks));
    } catch (IOException gone) {
      return Optional.empty();
    }
  }

  /** Field 22 of {@code /proc/<pid>/stat}. */
  static Optional<Long> ticks(String stat) {
    String[] fields = stat.substring(stat.lastIndexOf(')') + 1).strip().split(" +", -1);
    return fields.length > TICKS_BEHIND_NAME && fields[TICKS_BEHIND_NAME].matches("\\d{1,18}")
        ? Optional.of(Long.valueOf(fields[TICKS_BEHIND_NAME]))
        : Optional.empty();
  }
}
