package io.sluice.provisioner.leadership;

import io.sluice.schemas.health.Http1Question;
import io.sluice.schemas.health.Http2Question;
import io.sluice.schemas.member.Addresses;
import io.sluice.schemas.policy.Health;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;

/** Asks a server once for its health. */
@FunctionalInterface
public interface HealthProbe {
  /**
   * What is wrong with the answer; empty if the server is healthy. Blocks its thread.
   *
   * @param server its address, without a path
   * @param health what it is asked
   * @param most how long the answer may take
   * @throws InterruptedException if whoever asks was interrupted
   */
  String ask(URI server, Health.Serving health, Duration most) throws InterruptedException;

  /**
   * Over a connection for each question, of TCP, HTTP/1.1 or HTTP/2 without TLS, whether or not the
   * body behind an answer ever ends.
   */
  static HealthProbe overSockets() {
    return (server, health, most) -> {
      if (!Addresses.isServer(server)) {
        return "it has no address at which it could be asked";
      }
      long end = System.nanoTime() + most.toNanos();
      int within = Math.toIntExact(most.toMillis());
      try (Socket socket = new Socket()) {
        socket.connect(new InetSocketAddress(server.getHost(), server.getPort()), within);
        return switch (health) {
          case Health.Tcp ignored -> "";
          case Health.Http http -> answer(socket, server, http, end);
        };
      } catch (IOException failed) {
        String message = failed.getMessage();
        return "its health check can't be asked: "
            + (message == null ? failed.getClass().getSimpleName() : message);
      }
    };
  }

  private static String answer(Socket socket, URI server, Health.Http health, long end)
      throws IOException {
    String host = health.host().orElse(server.getRawAuthority());
    if (!Addresses.HTTP2.equals(server.getScheme())) {
      return verdict(health, new Http1Question(host, health.path()).ask(socket, end));
    }
    Http2Question.Answer answer = new Http2Question(host, health.path()).ask(socket, end);
    return answer.trouble().isEmpty() ? verdict(health, answer.status()) : answer.trouble();
  }

  private static String verdict(Health.Http health, int status) {
    return health.status().contain(status)
        ? ""
        : "its health check answers %d, expected %s".formatted(status, health.status());
  }
}
