package io.sluice.provisioner.api;

import io.helidon.http.Method;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.sluice.provisioner.leadership.Reply;
import io.sluice.provisioner.plan.Change;
import io.sluice.provisioner.plan.ChangeResult;
import io.sluice.provisioner.plan.Place;
import io.sluice.schemas.config.Section;
import io.sluice.schemas.event.Actor;
import io.sluice.schemas.event.Direction;
import io.sluice.schemas.event.FleetEvent.LoadReported;
import io.sluice.schemas.fleet.ZoneLife;
import io.sluice.schemas.id.Epoch;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.metric.Metric;
import io.sluice.schemas.policy.ZonePolicy;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

/** Calls by which people scale a zone themselves, or keep its policy from it. */
final class ScalingCalls {
  /** As long as two reports a minute may be apart, and one of them lost. */
  private static final Duration LOAD_VALID = Duration.ofSeconds(90);

  private static final double LOAD_MAX = 1e15;
  private static final int SOURCE_MAX = 100;

  private final LeaderClient desk;
  private final Clock clock = Clock.systemUTC();

  ScalingCalls(LeaderClient desk) {
    this.desk = desk;
  }

  List<Route> routes() {
    return List.of(
        Route.leaders(Method.POST, "/v1/zones/{zone}/scale", Access.OPERATORS, this::scale),
        Route.leaders(Method.POST, "/v1/zones/{zone}/loads", Access.OPERATORS, this::load),
        Route.leaders(Method.POST, "/v1/zones/{zone}/pause", Access.OPERATORS, this::pause),
        Route.leaders(Method.POST, "/v1/zones/{zone}/resume", Access.OPERATORS, this::resume));
  }

  /** Where in the journal the change stands. */
  private record At(int partition, long offset, Epoch epoch) {}

  /**
   * A number that was asked for.
   *
   * @param holds what remains of it within the policy's limits
   * @param note why that is another number
   */
  private record Scaled(
      ZoneId zone,
      int servers,
      int holds,
      Optional<String> note,
      Optional<Instant> until,
      Actor actor,
      At at) {}

  private record Told(
      ZoneId zone, Metric metric, double value, Instant until, String source, Actor actor, At at) {}

  private record Paused(
      ZoneId zone, Direction direction, Optional<Instant> until, Actor actor, At at) {}

  private record Resumed(ZoneId zone, Direction direction, Actor actor, At at) {}

  private void scale(ServerRequest request, ServerResponse response) {
    ZoneId zone = zone(request);
    Section body = Request.body(request);
    int servers = body.integer("servers", 0, 0, ZonePolicy.SERVERS_LIMIT);
    if (!body.has("servers")) {
      body.note("servers", "missing", "how many servers, 0 to " + ZonePolicy.SERVERS_LIMIT);
    }
    Optional<Instant> until = Request.end(body, clock.instant().truncatedTo(ChronoUnit.MILLIS));
    Actor actor = Request.actor(request, body);
    Request.check(body);
    Recording recording = recorded(new Change.Scale(zone, servers, until, actor));
    ZonePolicy policy = recording.policy();
    int holds = Math.clamp(servers, policy.min(), policy.max());
    Optional<String> note =
        holds == servers
            ? Optional.empty()
            : Optional.of(
                "the policy allows %d to %d servers".formatted(policy.min(), policy.max()));
    Answers.json(
        request, response, new Scaled(zone, servers, holds, note, until, actor, recording.at()));
  }

  private void load(ServerRequest request, ServerResponse response) {
    ZoneId zone = zone(request);
    Section body = Request.body(request);
    Optional<Metric> metric = body.value("metric", Metric::outside);
    double value = body.decimal("value", 0, 0, LOAD_MAX);
    Duration validFor =
        body.duration("for", LOAD_VALID, LoadReported.VALID_MIN, LoadReported.VALID_MAX);
    Optional<String> source = body.value("source", ScalingCalls::source);
    for (String key : List.of("metric", "value")) {
      if (!body.has(key)) {
        body.note(
            key, "missing", key.equals("metric") ? Metric.OUTSIDE_EXPECTED : "a number, 0 or more");
      }
    }
    Actor actor = Request.actor(request, body);
    Request.check(body);
    String from = source.orElse("pushed by " + actor);
    Recording recording =
        recorded(new Change.ReportLoad(zone, metric.orElseThrow(), value, validFor, from, actor));
    Instant until = clock.instant().truncatedTo(ChronoUnit.MILLIS).plus(validFor);
    Answers.json(
        request,
        response,
        new Told(zone, metric.orElseThrow(), value, until, from, actor, recording.at()));
  }

  private static String source(String text) {
    if (text.length() > SOURCE_MAX || text.chars().anyMatch(Character::isISOControl)) {
      throw new IllegalArgumentException(
          "expected at most %d characters that can be printed".formatted(SOURCE_MAX));
    }
    return text;
  }

  private void pause(ServerRequest request, ServerResponse response) {
    ZoneId zone = zone(request);
    Section body = Request.body(request);
    Direction direction = body.choice("direction", Direction.BOTH);
    Optional<Instant> until = Request.end(body, clock.instant().truncatedTo(ChronoUnit.MILLIS));
    Actor actor = Request.actor(request, body);
    Request.check(body);
    Recording recording = recorded(new Change.Pause(zone, direction, until, actor));
    Answers.json(request, response, new Paused(zone, direction, until, actor, recording.at()));
  }

  private void resume(ServerRequest request, ServerResponse response) {
    ZoneId zone = zone(request);
    Section body = Request.body(request);
    Direction direction = body.choice("direction", Direction.BOTH);
    Actor actor = Request.actor(request, body);
    Request.check(body);
    Recording recording = recorded(new Change.Resume(zone, direction, actor));
    Answers.json(request, response, new Resumed(zone, direction, actor, recording.at()));
  }

  private ZoneId zone(ServerRequest request) {
    return desk.zoneId(request.path().pathParameters().get("zone"));
  }

  /** What was recorded, and the policy that holds with it. */
  private record Recording(At at, ZonePolicy policy) {}

  private Recording recorded(Change change) {
    Reply reply = desk.request(change);
    return switch (reply.ruling()) {
      case ChangeResult.Recorded(var _, var _, ZonePolicy policy) -> {
        Place place = reply.place().orElseThrow();
        yield new Recording(new At(place.partition(), place.offset(), reply.epoch()), policy);
      }
      case ChangeResult.NoSuchZone(var zones) -> throw Refusal.noZone(change.zone().value(), zones);
      case ChangeResult.Past(Instant now) ->
          throw Request.wrong("until", end(change), "a time after now, which is " + now);
      case ChangeResult.AtStage(ZoneLife.Stage stage) ->
          throw Refusal.atStage(change.zone(), stage);
      case ChangeResult.NotRunnable notRunnable -> throw unexpected(notRunnable);
      case ChangeResult.Unchanged unchanged -> throw unexpected(unchanged);
      case ChangeResult.Outdated outdated -> throw unexpected(outdated);
      case ChangeResult.NoSuchSecret other -> throw unexpected(other);
      case ChangeResult.OfSecrets other -> throw unexpected(other);
      case ChangeResult.Failed(String what) ->
          throw new Refusal(Status.INTERNAL_SERVER_ERROR_500, what);
    };
  }

  private static String end(Change change) {
    Optional<Instant> until =
        switch (change) {
          case Change.Scale scale -> scale.until();
          case Change.Pause pause -> pause.until();
          case Change.Resume _, Change.Declare _, Change.Retire _ -> Optional.empty();
          case Change.MayDeclare ignored -> Optional.empty();
          case Change.ReportLoad load -> Optional.empty();
          case Change.SetPolicy policy -> Optional.empty();
          case Change.SetTemplate template -> Optional.empty();
        };
    return until.map(Instant::toString).orElse("none");
  }

  private static IllegalStateException unexpected(ChangeResult ruling) {
    return new IllegalStateException("%s: expected a ruling on scaling".formatted(ruling));
  }
}
