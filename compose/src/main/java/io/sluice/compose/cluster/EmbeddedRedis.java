package io.sluice.compose.cluster;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import redis.embedded.RedisServer;

/** A Redis server as a child process, from the binary that a library carries. */
final class EmbeddedRedis implements AutoCloseable {
  private final RedisServer server;
  private final URI uri;

  private EmbeddedRedis(RedisServer server, URI uri) {
    this.server = server;
    this.uri = uri;
  }

  /**
   * Starts a server; returns when it takes requests.
   *
   * @param data where its append-only file lives
   * @throws ClusterException if it does not start
   */
  static EmbeddedRedis start(String host, int port, Path data) {
    try {
      Files.createDirectories(data);
      RedisServer server =
          RedisServer.newRedisServer()
              .port(port)
              .bind(host)
              .setting("dir " + data)
              .setting("appendonly yes")
              .setting("save \"\"")
              .setting("daemonize no")
              .build();
      server.start();
      return new EmbeddedRedis(server, URI.create("redis://%s:%d".formatted(host, port)));
    } catch (IOException failed) {
      throw new ClusterException(
          "Redis does not start on port %d: %s".formatted(port, failed.getMessage()), failed);
    }
  }

  URI uri() {
    return uri;
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
