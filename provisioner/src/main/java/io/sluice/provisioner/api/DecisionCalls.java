package io.sluice.provisioner.api;

import com.fasterxml.jackson.databind.JsonNode;
import io.helidon.http.Method;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.sluice.provisioner.history.Span;
import io.sluice.schemas.config.ConfigException;
import io.sluice.schemas.config.Documents;
import io.sluice.schemas.id.CommandId;
import io.sluice.schemas.id.ZoneId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Calls about what was decided, and why. */
final class DecisionCalls {
  static final String BEFORE = "before";

  private static final int LIMIT_DEFAULT = 100;
  private static final int LIMIT_MAX = 1000;

  /** As many points of a series as a wide screen has room for. */
  private static final int POINTS_MAX = 1_000;

  private final LeaderClient desk;
  private final Decisions decisions;
  private final HistoryAnswers answers;

  DecisionCalls(LeaderClient desk, Decisions decisions, HistoryAnswers answers) {
    this.desk = desk;
    this.decisions = decisions;
    this.answers = answers;
  }

  List<Route> routes() {
    return List.of(
        Route.open(Method.GET, "/v1/commands", this::commands)
            .with("zone", "from", "to", BEFORE, "limit"),
        Route.open(Method.GET, "/v1/commands/{id}", this::command),
        Route.open(Method.GET, "/v1/zones/{zone}/explain", this::explain).with("at"),
        Route.open(Method.GET, "/v1/zones/{zone}/series", this::series).with("from", "to", "step"),
        Route.open(Method.POST, "/v1/what-if", this::whatIf));
  }

  private void commands(ServerRequest request, ServerResponse response) {
    Optional<ZoneId> zone =
        request.query().first("zone").asOptional().map(name -> desk.zone(name).id());
    Instant from = Request.parameter(request, "from", HistoryAnswers::past).orElse(Instant.MIN);
    Instant to = Request.parameter(request, "to", Request::time).orElse(Instant.MAX);
    if (from.isAfter(to)) {
      throw new Refusal(
          Status.BAD_REQUEST_400,
          "from %s to %s: expected a beginning not after the end".formatted(from, to));
    }
    Optional<CommandsQuestion.Place> before =
        Request.parameter(request, BEFORE, CommandsQuestion.Place::parse);
    int limit = Request.parameter(request, "limit", DecisionCalls::limit).orElse(LIMIT_DEFAULT);
    answers.answer(
        request,
        response,
        () -> decisions.commands(new CommandsQuestion(zone, from, to, before, limit)));
  }

  private void command(ServerRequest request, ServerResponse response) {
    CommandId id;
    try {
      id = CommandId.of(request.path().pathParameters().get("id"));
    } catch (IllegalArgumentException malformed) {
      throw new Refusal(Status.BAD_REQUEST_400, String.valueOf(malformed.getMessage()));
    }
    ZoneId zone = desk.zone(id.zone().value()).id();
    answers.answer(request, response, () -> decisions.command(new CommandId(zone, id.offset())));
  }

  private void explain(ServerRequest request, ServerResponse response) {
    ZoneId zone = desk.zone(request.path().pathParameters().get("zone")).id();
    Optional<Instant> at = Request.parameter(request, "at", HistoryAnswers::past);
    answers.answer(request, response, () -> decisions.explain(zone, at));
  }

  private void series(ServerRequest request, ServerResponse response) {
    ZoneId zone = desk.zone(request.path().pathParameters().get("zone")).id();
    var _ = Request.parameter(request, "from", HistoryAnswers::past);
    Span span = LoadCalls.span(request);
    long points = Duration.between(span.from(), span.to()).dividedBy(span.step());
    if (points > POINTS_MAX) {
      throw new Refusal(
          Status.BAD_REQUEST_400,
          "%d points from %s to %s: expected at most %d, so a longer step"
              .formatted(points, span.from(), span.to(), POINTS_MAX));
    }
    answers.answer(request, response, () -> decisions.series(zone, span));
  }

  private void whatIf(ServerRequest request, ServerResponse response) {
    JsonNode question;
    try {
      question = Documents.parse("body", Request.text(request));
    } catch (ConfigException malformed) {
      throw Refusal.of(malformed);
    }
    answers.answer(request, response, () -> decisions.whatIf(question));
  }

  private static int limit(String text) {
    int limit = text.matches("\\d{1,6}") ? Integer.parseInt(text) : 0;
    if (limit < 1 || limit > LIMIT_MAX) {
      throw new IllegalArgumentException("limit '%s': expected 1 to %d".formatted(text, LIMIT_MAX));
    }
    return limit;
  }
}
