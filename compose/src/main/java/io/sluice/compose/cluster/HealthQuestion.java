package io.sluice.compose.cluster;

import io.sluice.schemas.http.WholeAnswer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.time.Duration;

/** Asks whether a server answers behind an address. */
final class HealthQuestion implements AutoCloseable {
  private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(5);

  private final HttpClient http = HttpClient.newHttpClient();

  /** Whether a request for this path there is answered with 200, now. */
  boolean answered(URI address, String path) {
    HttpRequest question =
        HttpRequest.newBuilder(address.resolve(path)).timeout(ANSWER_TIMEOUT).build();
    try {
      return WholeAnswer.status(http, question, ANSWER_TIMEOUT) == 200;
    } catch (IOException notYet) {
      return false;
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  @Override
  public void close() {
    http.shutdownNow();
  }
}
