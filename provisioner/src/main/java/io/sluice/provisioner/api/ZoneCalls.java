package io.sluice.provisioner.api;

import io.helidon.http.Method;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.sluice.schemas.fleet.Balancer;
import io.sluice.schemas.fleet.Zone;
import io.sluice.schemas.id.ZoneId;
import java.net.URI;
import java.util.List;

/** Calls that tell what is known of zones. */
final class ZoneCalls {
  private final LeaderClient desk;

  ZoneCalls(LeaderClient desk) {
    this.desk = desk;
  }

  List<Route> routes() {
    return List.of(
        Route.open(Method.GET, "/v1/zones", this::zones),
        Route.open(Method.GET, "/v1/zones/{zone}", this::zone),
        Route.open(Method.GET, "/v1/balancers", this::balancers));
  }

  /** A zone's balancer, for clients that choose one themselves. */
  private record BalancerAt(ZoneId zone, URI address, Balancer.State state) {}

  private void balancers(ServerRequest request, ServerResponse response) {
    Answers.json(
        request,
        response,
        desk.fleet().zones().values().stream()
            .flatMap(zone ->
                zone.balancer().stream()
                    .map(found -> new BalancerAt(zone.id(), found.address(), found.state())))
            .toList());
  }

  private void zones(ServerRequest request, ServerResponse response) {
    Answers.json(request, response, desk.fleet().zones().values());
  }

  private void zone(ServerRequest request, ServerResponse response) {
    Answers.json(request, response, named(request));
  }

  private Zone named(ServerRequest request) {
    return desk.zone(request.path().pathParameters().get("zone"));
  }
}
