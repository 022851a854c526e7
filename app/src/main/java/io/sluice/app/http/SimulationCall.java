package io.sluice.app.http;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.sluice.app.live.CurrentSituation;
import io.sluice.app.simulation.Situation;
import io.sluice.schemas.codec.Json;
import io.sluice.schemas.id.ServerId;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Optional;

/** {@code GET} and {@code POST /simulation}: which situation the server plays. */
final class SimulationCall {
  static final String PATH = "/simulation";
  private static final int BODY_BYTES_MAX = 1_024;

  private final Answers answers;
  private final CurrentSituation current;

  /**
   * What is played.
   *
   * @param server the server that plays it
   * @param situation what it plays
   * @param elapsedSeconds whole seconds since it began
   */
  private record Answer(
      ServerId server, Situation situation, @JsonProperty("elapsed_seconds") long elapsedSeconds) {}

  SimulationCall(Answers answers, CurrentSituation current) {
    this.answers = answers;
    this.current = current;
  }

  void show(ServerRequest request, ServerResponse response) {
    answer(request, response, current.playing());
  }

  void play(ServerRequest request, ServerResponse response) {
    Optional<String> wanted = wanted(request);
    Optional<Situation> situation = wanted.flatMap(Situation::of);
    if (situation.isPresent()) {
      answer(request, response, current.play(situation.get()));
      return;
    }
    String expected = "expected one of " + Situation.wireNames();
    answers.problem(
        request,
        response,
        Status.BAD_REQUEST_400,
        wanted
            .map(name -> "situation '%s': %s".formatted(abbreviated(name), expected))
            .orElse("body: expected {\"situation\":\"…\"}, " + expected));
  }

  private void answer(
      ServerRequest request, ServerResponse response, CurrentSituation.Playing playing) {
    answers.json(
        request,
        response,
        new Answer(answers.server(), playing.situation(), playing.elapsedSeconds()));
  }

  /** The name in the body; empty if the body is something else. */
  private static Optional<String> wanted(ServerRequest request) {
    try (InputStream body = request.content().inputStream()) {
      byte[] bytes = body.readNBytes(BODY_BYTES_MAX);
      JsonNode name = Json.mapper().readTree(bytes).path("situation");
      return name.isTextual() ? Optional.of(name.asText()) : Optional.empty();
    } catch (JsonProcessingException notJson) {
      return Optional.empty();
    } catch (IOException broken) {
      throw new UncheckedIOException("request body can't be read", broken);
    }
  }

  private static String abbreviated(String name) {
    return name.length() <= 40 ? name : name.substring(0, 40) + "…";
  }
}
