package io.sluice.compose.drill;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.provisioner.elector.Peers;
import io.sluice.schemas.codec.Json;
import io.sluice.schemas.http.WholeAnswer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;

/** Asks monitors how they stand. */
public final class Standings {
  private static final Duration TIMEOUT = Duration.ofSeconds(1);
  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(TIMEOUT).build();

  private Standings() {}

  /**
   * How a monitor stands.
   *
   * @param phase what it does
   * @param leader whom it takes for the leader, 0 if nobody
   * @param epoch the latest term that it heard of
   * @param kafka whether Kafka answers it
   */
  public record Standing(String phase, int leader, long epoch, boolean kafka) {}

  /** Asks one; empty: it does not answer. */
  static Optional<Standing> ask(URI monitor) {
    HttpRequest question =
        HttpRequest.newBuilder(monitor.resolve(Peers.MESSAGES)).timeout(TIMEOUT).build();
    try {
      HttpResponse<String> answer =
          WholeAnswer.to(
              HTTP, question, HttpResponse.BodyHandlers.ofString(), WholeAnswer.SMALL, TIMEOUT);
      JsonNode body = Json.mapper().readTree(answer.body());
      return Optional.of(
          new Standing(
              body.path("phase").asText(),
              body.path("leader").asInt(),
              body.path("epoch").asLong(),
              body.path("kafka").asBoolean()));
    } catch (IOException silent) {
      return Optional.empty();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }
}
