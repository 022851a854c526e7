package io.sluice.provisioner.api;

import com.fasterxml.jackson.databind.JsonNode;
import io.helidon.http.Method;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.sluice.provisioner.api.Decisions.Finding;
import io.sluice.schemas.config.ConfigException;
import io.sluice.schemas.config.Documents;
import io.sluice.schemas.id.CommandId;
import io.sluice.schemas.id.ZoneId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;

/** Calls about what was decided, and why. */
final class DecisionCalls {
  private static final int LIMIT_DEFAULT = 100;
  private static final int LIMIT_MAX = 1000;

  private final LeaderClient desk;
  private final Decisions decisions;
  private final BoundedRuns runs;

  DecisionCalls(LeaderClient desk, Decisions decisions, BoundedRuns runs) {
    this.desk = desk;
    this.decisions = decisions;
    this.runs = runs;
  }

  List<Route> routes() {
    return List.of(
        Route.open(Method.GET, "/v1/commands", this::commands),
        Route.open(Method.GET, "/v1/commands/{id}", this::command),
        Route.open(Method.GET, "/v1/zones/{zone}/explain", this::explain),
        Route.open(Method.POST, "/v1/what-if", this::whatIf));
  }

  private void commands(ServerRequest request, ServerResponse response) {
    Optional<ZoneId> zone =
        request.query().first("zone").asOptional().map(name -> desk.zone(name).id());
    int limit = Request.parameter(request, "limit", DecisionCalls::limit).orElse(LIMIT_DEFAULT);
    answer(request, response, () -> decisions.commands(zone, limit));
  }

  private void command(ServerRequest request, ServerResponse response) {
    CommandId id;
    try {
      id = CommandId.of(request.path().pathParameters().get("id"));
    } catch (IllegalArgumentException malformed) {
      throw new Refusal(Status.BAD_REQUEST_400, String.valueOf(malformed.getMessage()));
    }
    ZoneId zone = desk.zone(id.zone().value()).id();
    answer(request, response, () -> decisions.command(new CommandId(zone, id.offset())));
  }

  private void explain(ServerRequest request, ServerResponse response) {
    ZoneId zone = desk.zone(request.path().pathParameters().get("zone")).id();
    Optional<Instant> at = Request.parameter(request, "at", Request::time);
    answer(request, response, () -> decisions.explain(zone, at));
  }

  private void whatIf(ServerRequest request, ServerResponse response) {
    JsonNode question;
    try {
      question = Documents.parse("body", Request.text(request));
    } catch (ConfigException malformed) {
      throw Refusal.of(malformed);
    }
    answer(request, response, () -> decisions.whatIf(question));
  }

  private void answer(ServerRequest request, ServerResponse response, Callable<Finding> question) {
    switch (runs.run(Caller.of(request), question)) {
      case Finding.Found(Object value) -> Answers.json(request, response, value);
      case Finding.Missing(String sentence) -> throw new Refusal(Status.NOT_FOUND_404, sentence);
      case Finding.Unavailable(String sentence) ->
          throw new Refusal(Status.SERVICE_UNAVAILABLE_503, sentence);
      case Finding.Malformed(var problems) ->
          throw Refusal.of(new ConfigException("question", problems));
    }
  }

  private static int limit(String text) {
    int limit = text.matches("\\d{1,6}") ? Integer.parseInt(text) : 0;
    if (limit < 1 || limit > LIMIT_MAX) {
      throw new IllegalArgumentException("limit '%s': expected 1 to %d".formatted(text, LIMIT_MAX));
    }
    return limit;
  }
}
