package io.sluice.provisioner.api;

import io.helidon.http.Method;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.sluice.provisioner.history.HistoryException;
import io.sluice.provisioner.history.LoadHistory;
import io.sluice.provisioner.history.LoadHistory.Point;
import io.sluice.provisioner.history.Span;
import io.sluice.schemas.config.Durations;
import io.sluice.schemas.fleet.Zone;
import io.sluice.schemas.id.ZoneId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/** The call that tells a zone's load: the last observation, or what it was over a time. */
final class LoadCalls {
  private static final Duration BACK_DEFAULT = Duration.ofHours(1);

  private final LeaderClient desk;
  private final Optional<LoadHistory> history;
  private final BoundedRuns runs;

  LoadCalls(LeaderClient desk, Optional<LoadHistory> history, BoundedRuns runs) {
    this.desk = desk;
    this.history = history;
    this.runs = runs;
  }

  List<Route> routes() {
    return List.of(
        Route.open(Method.GET, "/v1/zones/{zone}/load", this::load).with("from", "to", "step"));
  }

  /** What a zone's load was. */
  private record Course(
      ZoneId zone, Instant from, Instant to, Duration step, SortedMap<String, List<Point>> load) {}

  private void load(ServerRequest request, ServerResponse response) {
    Zone zone = desk.zone(request.path().pathParameters().get("zone"));
    boolean course =
        request.query().contains("from")
            || request.query().contains("to")
            || request.query().contains("step");
    Answers.json(request, response, course ? course(zone.id(), request) : last(zone));
  }

  private static Object last(Zone zone) {
    return zone.load()
        .orElseThrow(() ->
            new Refusal(
                Status.NOT_FOUND_404, "zone '%s': no load was observed yet".formatted(zone.id())));
  }

  private Object course(ZoneId zone, ServerRequest request) {
    Span span = span(request);
    LoadHistory kept =
        history.orElseThrow(() ->
            new Refusal(
                Status.NOT_FOUND_404,
                "this monitor knows of no history: expected history.url in its configuration"));
    try {
      return new Course(
          zone,
          span.from(),
          span.to(),
          span.step(),
          runs.run(Caller.of(request), () -> kept.load(zone, span)));
    } catch (HistoryException away) {
      throw new Refusal(Status.SERVICE_UNAVAILABLE_503, String.valueOf(away.getMessage()));
    }
  }

  /** The time that a request asks about, by {@code from}, {@code to} and {@code step}. */
  static Span span(ServerRequest request) {
    Instant to = Request.parameter(request, "to", Request::time).orElseGet(Instant::now);
    Instant from =
        Request.parameter(request, "from", Request::time).orElseGet(() -> to.minus(BACK_DEFAULT));
    Optional<Duration> step = Request.parameter(request, "step", LoadCalls::duration);
    try {
      return step.map(every -> new Span(from, to, every)).orElseGet(() -> Span.of(from, to));
    } catch (IllegalArgumentException wrong) {
      throw new Refusal(Status.BAD_REQUEST_400, String.valueOf(wrong.getMessage()));
    }
  }

  private static Duration duration(String text) {
    return Durations.parse(text)
        .orElseThrow(() ->
            new IllegalArgumentException(
                "'%s': expected a duration such as 10s or 5m".formatted(text)));
  }
}
