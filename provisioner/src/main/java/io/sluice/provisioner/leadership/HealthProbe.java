package io.sluice.provisioner.leadership;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
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

  /** Over HTTP, where 200 is healthy. */
  static HealthProbe over(HttpClient http) {
    return (health, most) -> {
      HttpRequest question = HttpRequest.newBuilder(health).timeout(most).build();
      try {
        int status = http.send(question, HttpResponse.BodyHandlers.discarding()).statusCode();
        return status == 200 ? "" : "its health check answers " + status;
      } catch (IOException failed) {
        String message = failed.getMessage();
        return "its health check can't be asked: "
            + (message == null ? failed.getClass().getSimpleName() : message);
      }
    };
  }
}
