package io.sluice.compose.bench.balancer;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A program that listens on a port of this machine: a balancer, or the backends behind them. */
final class Subject implements AutoCloseable {
  // By name: the command line knows this package, so this package must not know the command line.
  private static final String MAIN = "io.sluice.compose.Main";

  /** Our balancer with io_uring. */
  static final String IO_URING = "sluice-io-uring";

  /** Our balancer with all its sockets as channels of Netty's, as it was once. */
  static final String CHANNELS = "sluice-channels";

  /** Our balancer with further options of the JVM, another class path among them. */
  static final String OTHER = "sluice-other";

  private static final Duration START_MAX = Duration.ofSeconds(30);
  private static final int END_SECONDS_MAX = 10;

  private final String name;
  private final int port;
  private final Process process;

  private Subject(String name, int port, Process process) {
    this.name = name;
    this.port = port;
    this.process = process;
  }

  /** Our balancer, as it is without being told how to drive sockets. */
  static Subject sluice(Setup setup, int port, int adminPort) {
    return sluice(
        "sluice", port, setup.folder(), Texts.sluice(setup, port, adminPort, "auto"), List.of());
  }

  /** Our balancer with io_uring, where the machine has it. */
  static Subject ioUring(Setup setup, int port, int adminPort) {
    return sluice(
        IO_URING,
        port,
        setup.folder(),
        Texts.sluice(setup, port, adminPort, "io-uring"),
        List.of());
  }

  /** Our balancer with epoll, and nothing but channels. */
  static Subject channels(Setup setup, int port, int adminPort) {
    return sluice(
        CHANNELS,
        port,
        setup.folder(),
        Texts.sluice(setup, port, adminPort, "epoll-channels"),
        List.of());
  }

  /** Our balancer with these options of the JVM beside the usual ones. */
  static Subject other(Setup setup, int port, int adminPort, List<String> options) {
    return sluice(
        OTHER, port, setup.folder(), Texts.sluice(setup, port, adminPort, "auto"), options);
  }

  /** One event loop, in a process of its own, with the options that {@code ./sluice} gives it. */
  private static Subject sluice(
      String name, int port, Path folder, String text, List<String> options) {
    Path config = write(folder, name + ".yaml", text);
    List<String> line =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:+UseCompactObjectHeaders",
                "-Dio.netty.leakDetection.level=disabled",
                "-Dio.netty.allocator.lowMemory=false",
                "-Xmx96m",
                "-Xmn6m",
                "-XX:ReservedCodeCacheSize=32m",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty("java.class.path")));
    line.addAll(options);
    line.addAll(List.of(MAIN, "balancer", "--config", config.toString()));
    return start(name, port, folder, line);
  }

  /** HAProxy with one thread. */
  static Subject haproxy(Setup setup, int port) {
    Path config = write(setup.folder(), "haproxy.cfg", Texts.haproxy(setup, port));
    return start(
        "haproxy", port, setup.folder(), List.of("haproxy", "-db", "-f", config.toString()));
  }

  /** nginx with one process. */
  static Subject nginx(Setup setup, int port) {
    Path config = write(setup.folder(), "nginx.conf", Texts.nginx(setup, port));
    return nginx("nginx", port, setup.folder(), config);
  }

  /** Three servers, in one process of nginx. */
  static Subject backends(Path folder, List<Integer> ports) {
    write(folder, "large", "x".repeat(64 * 1024));
    Path config = write(folder, "backends.conf", Texts.backends(folder, ports));
    return nginx("backends", ports.getFirst(), folder, config);
  }

  private static Subject nginx(String name, int port, Path folder, Path config) {
    List<String> line =
        List.of("nginx", "-p", folder.toString(), "-c", config.toString(), "-e", "stderr");
    return start(name, port, folder, line);
  }

  private static Path write(Path folder, String name, String text) {
    try {
      return Files.writeString(folder.resolve(name), text);
    } catch (IOException full) {
      throw new BalancerBenchException("%s can't be written".formatted(name), full);
    }
  }

  private static Subject start(String name, int port, Path folder, List<String> line) {
    Path log = folder.resolve(name + ".log");
    Process process;
    try {
      process =
          new ProcessBuilder(line)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
              .start();
    } catch (IOException missing) {
      throw new BalancerBenchException(
          "%s can't be run, expected Debian's package of it".formatted(line.getFirst()), missing);
    }
    Subject subject = new Subject(name, port, process);
    try {
      subject.awaitPort(log);
    } catch (BalancerBenchException failed) {
      subject.close();
      throw failed;
    }
    return subject;
  }

  private void awaitPort(Path log) {
    long end = System.nanoTime() + START_MAX.toNanos();
    while (System.nanoTime() - end < 0 && process.isAlive()) {
      try (Socket socket = new Socket()) {
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
        return;
      } catch (IOException notYet) {
        java.util.concurrent.locks.LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
      }
    }
    throw new BalancerBenchException(
        "%s does not listen on %d: expected it within %s; its log is %s"
            .formatted(name, port, START_MAX, tail(log)));
  }

  private static String tail(Path log) {
    try {
      return Files.readString(log);
    } catch (IOException gone) {
      return gone.toString();
    }
  }

  String name() {
    return name;
  }

  /** Whether it is a balancer of ours, however it is started. */
  boolean ours() {
    return name.startsWith("sluice");
  }

  int port() {
    return port;
  }

  long pid() {
    return process.pid();
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(END_SECONDS_MAX, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException interrupted) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
