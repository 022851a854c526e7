package io.sluice.compose.drill;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/** A part of a cluster as a process of its own, which can be hurt; ended with this JVM. */
public final class Part implements AutoCloseable {
  private static final int END_SECONDS_MAX = 30;

  /** By name, since it knows the command line, which knows the drills. */
  private static final String MAIN = "io.sluice.compose.Main";

  private final List<String> arguments;
  private final Path log;
  private final ReentrantLock lock = new ReentrantLock();
  private Process process;
  private boolean closed;

  private Part(List<String> arguments, Path log, Process process) {
    this.arguments = List.copyOf(arguments);
    this.log = log;
    this.process = process;
  }

  /**
   * Starts a part.
   *
   * @param log what it prints is appended here
   * @param arguments of the command line
   */
  static Part start(Path log, List<String> arguments) {
    return new Part(arguments, log, begin(log, arguments));
  }

  /** The command line of a part, as a monitor can run it too. */
  static List<String> command(List<String> arguments) {
    List<String> line =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx512m",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty("java.class.path"),
                MAIN));
    line.addAll(arguments);
    return line;
  }

  private static Process begin(Path log, List<String> arguments) {
    try {
      return new ProcessBuilder(command(arguments))
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
          .start();
    } catch (IOException failed) {
      throw new DrillException("%s can't be started".formatted(arguments), failed);
    }
  }

  /** Whether it runs, be it stopped or not. */
  public boolean running() {
    return process.isAlive();
  }

  /** What it ended with. */
  public int exitCode() {
    return process.exitValue();
  }

  /** Its process, as it is now. */
  public ProcessHandle process() {
    return process.toHandle();
  }

  /** Ends it without a chance to do anything about it. */
  public void kill() {
    process.destroyForcibly();
    awaitEnd();
  }

  /** Ends it in order. */
  public void terminate() {
    process.destroy();
    awaitEnd();
  }

  /** Stops it where it is; it goes on after {@link #thaw}. */
  public void freeze() {
    Signal.STOP.send(process.toHandle());
  }

  /** Lets it go on. */
  public void thaw() {
    Signal.CONT.send(process.toHandle());
  }

  /** Starts it again after it ended; not once it is closed, as when a signal ends the drill. */
  public void restart() {
    lock.lock();
    try {
      if (closed || process.isAlive()) {
        throw new DrillException(
            "%s %s: expected it to have ended".formatted(arguments, closed ? "is closed" : "runs"));
      }
      process = begin(log, arguments);
    } finally {
      lock.unlock();
    }
  }

  private void awaitEnd() {
    try {
      if (!process.waitFor(END_SECONDS_MAX, TimeUnit.SECONDS)) {
        throw new DrillException("%s does not end".formatted(arguments));
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new DrillException("interrupted while a part ends", interrupted);
    }
  }

  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      process.destroyForcibly();
      awaitEnd();
    } finally {
      lock.unlock();
    }
  }
}
