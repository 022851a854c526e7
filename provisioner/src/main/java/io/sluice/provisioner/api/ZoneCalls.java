package io.sluice.provisioner.api;

import io.helidon.http.Method;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.sluice.schemas.fleet.Balancer;
import io.sluice.schemas.fleet.Zone;
import io.sluice.schemas.id.ZoneId;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Calls that tell what is known of zones. */
final class ZoneCalls {
  private final LeaderClient desk;
  private final Decisions decisions;
  private final HistoryAnswers answers;

  ZoneCalls(LeaderClient desk, Decisions decisions, HistoryAnswers answers) {
    this.desk = desk;
    this.decisions = decisions;
    this.answers = answers;
  }

  List<Route> routes() {
    return List.of(
        Route.open(Method.GET, "/v1/zones", this::zones).with("at"),
        Route.open(Method.GET, "/v1/zones/{zone}", this::zone).with("at"),
        Route.open(Method.GET, "/v1/balancers", this::balancers));
  }

  /** A zone's balancer, for clients that choose one themselves. */
  private record BalancerAt(ZoneId zone, URI address, Balancer.State state) {}

  private void balancers(ServerRequest request, ServerResponse response) {
    Answers.json(
        request,
        response,
        desk.zones().stream()
            .flatMap(zone ->
                zone.balancer().stream()
                    .map(found -> new BalancerAt(zone.id(), found.address(), found.state())))
            .toList());
  }

  private void zones(ServerRequest request, ServerResponse response) {
    Optional<Instant> at = Request.parameter(request, "at", HistoryAnswers::past);
    if (at.isPresent()) {
      answers.answer(request, response, () -> decisions.zones(Optional.empty(), at.get()));
    } else {
      Answers.json(request, response, desk.zones());
    }
  }

  private void zone(ServerRequest request, ServerResponse response) {
    Zone zone = named(request);
    Optional<Instant> at = Request.parameter(request, "at", HistoryAnswers::past);
    if (at.isPresent()) {
      answers.answer(request, response, () -> decisions.zones(Optional.of(zone.id()), at.get()));
    } else {
      Answers.json(request, response, zone);
    }
  }

  private Zone named(ServerRequest request) {
    String name = request.path().pathParameters().get("zone");
    return desk.ever(name).orElseThrow(() -> desk.noZone(name));
  }
}
