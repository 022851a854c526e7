package io.sluice.app.http;

import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;

/** {@code GET /health_check}: 200 while the server takes requests, 503 once it is to end. */
final class HealthCall {
  static final String PATH = "/health_check";

  private final Answers answers;
  private final Health health;
  private final String healthy;

  HealthCall(Answers answers, Health health) {
    this.answers = answers;
    this.health = health;
    // Written by hand: the first of these calls must not wait for a JSON library to load.
    this.healthy = "{\"server\":\"%s\",\"health\":\"healthy\"}".formatted(answers.server());
  }

  void answer(ServerRequest request, ServerResponse response) {
    if (health.isStopping()) {
      answers.problem(
          request,
          response,
          Status.SERVICE_UNAVAILABLE_503,
          "stopping: the server finishes what it has and takes nothing new");
    } else {
      answers.text(request, response, Answers.JSON, healthy);
    }
  }
}
