package io.sluice.provisioner.leadership;

import io.sluice.schemas.health.Http2Question;
import io.sluice.schemas.http.WholeAnswer;
import io.sluice.schemas.member.Addresses;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.time.Duration;

/** Asks a server once for its health. */
@FunctionalInterface
public interface HealthProbe {
  /**
   * What is wrong with the answer; empty if the server is healthy. Blocks its thread.
   *
   * @param most how long the answer may take
   * @throws InterruptedException if whoever asks was interrupted
   */
  String ask(URI health, Duration most) throws InterruptedException;

  /**
   * Over HTTP, or HTTP/2 without TLS, where 200 is healthy, whether or not the body behind it ever
   * ends.
   */
  static HealthProbe over(HttpClient http) {
    return (health, most) -> {
      if (Addresses.HTTP2.equals(health.getScheme())) {
        return overHttp2(health, most);
      }
      HttpRequest question = HttpRequest.newBuilder(health).timeout(most).build();
      try {
        return verdict(WholeAnswer.status(http, question, most));
      } catch (IOException failed) {
        return unasked(failed);
      }
    };
  }

  private static String overHttp2(URI health, Duration most) {
    long end = System.nanoTime() + most.toNanos();
    String path =
        health.getRawPath() + (health.getRawQuery() == null ? "" : "?" + health.getRawQuery());
    try (Socket socket = new Socket()) {
      int within = Math.toIntExact(most.toMillis());
      socket.connect(new InetSocketAddress(health.getHost(), health.getPort()), within);
      Http2Question.Answer answer =
          new Http2Question(health.getRawAuthority(), path).ask(socket, end);
      return answer.trouble().isEmpty() ? verdict(answer.status()) : answer.trouble();
    } catch (IOException failed) {
      return unasked(failed);
    }
  }

  private static String verdict(int status) {
    return status == 200 ? "" : "its health check answers " + status;
  }

  private static String unasked(IOException failed) {
    String message = failed.getMessage();
    return "its health check can't be asked: "
        + (message == null ? failed.getClass().getSimpleName() : message);
  }
}
