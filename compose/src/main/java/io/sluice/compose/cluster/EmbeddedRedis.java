package io.sluice.compose.cluster;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import redis.embedded.RedisServer;

/**
 * A Redis server as a child process, from the binary that a library carries. Its process id stands
 * in its data directory, so that one that outlived a killed parent is ended before the next starts.
 */
public final class EmbeddedRedis implements AutoCloseable {
  private static final Duration END_PATIENCE = Duration.ofSeconds(5);
  private static final String PID_FILE = "redis.pid";

  private final RedisServer server;
  private final URI uri;
  private final Path pidFile;

  private EmbeddedRedis(RedisServer server, URI uri, Path pidFile) {
    this.server = server;
    this.uri = uri;
    this.pidFile = pidFile;
  }

  /**
   * Starts a server; returns when it takes requests.
   *
   * @param data where its append-only file lives
   * @throws ClusterException if it does not start
   */
  public static EmbeddedRedis start(String host, int port, Path data) {
    Path pidFile = data.resolve(PID_FILE);
    try {
      Files.createDirectories(data);
      endLeftOver(data);
      RedisServer server =
          RedisServer.newRedisServer()
              .port(port)
              .bind(host)
              .setting("dir " + data)
              .setting("pidfile " + pidFile)
              .setting("appendonly yes")
              .setting("save \"\"")
              .setting("daemonize no")
              .build();
      server.start();
      return new EmbeddedRedis(server, URI.create("redis://%s:%d".formatted(host, port)), pidFile);
    } catch (IOException failed) {
      throw new ClusterException(
          "Redis does not start on port %d: %s".formatted(port, failed.getMessage()), failed);
    }
  }

  /**
   * Ends a server that was left behind by a parent that was killed.
   *
   * @param data its data directory, which this process must have for itself
   */
  static void endLeftOver(Path data) {
    Optional<ProcessHandle> left = process(data.resolve(PID_FILE));
    if (left.isEmpty()) {
      return;
    }
    left.get().destroy();
    try {
      left.get().onExit().get(END_PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException | ExecutionException stuck) {
      throw new ClusterException(
          "Redis of an earlier start, process %d, does not end".formatted(left.get().pid()), stuck);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new ClusterException("interrupted while an earlier Redis ends", interrupted);
    }
  }

  /**
   * The process that the file names, if it is a Redis: another one may have its number by now. A
   * file that was cut, as by a power failure, names none: if there is one all the same, its port is
   * taken.
   */
  private static Optional<ProcessHandle> process(Path pidFile) {
    try {
      String number = Files.exists(pidFile) ? Files.readString(pidFile).strip() : "";
      return number.matches("[0-9]{1,18}")
          ? ProcessHandle.of(Long.parseLong(number))
              .filter(ProcessHandle::isAlive)
              .filter(
                  found -> found.info().command().map(name -> name.contains("redis")).orElse(false))
          : Optional.empty();
    } catch (IOException unreadable) {
      throw new ClusterException(
          "%s can't be read, in which Redis tells the number of its process: %s"
              .formatted(pidFile, unreadable),
          unreadable);
    }
  }

  /** Where it is. */
  public URI uri() {
    return uri;
  }

  /** Its process, while it runs. */
  public Optional<ProcessHandle> process() {
    return process(pidFile);
  }

  @Override
  public void close() {
    try {
      server.stop();
    } catch (IOException failed) {
      throw new ClusterException("Redis does not stop: " + failed.getMessage(), failed);
    }
  }
}
