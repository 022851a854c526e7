package io.sluice.provisioner.api;

import io.helidon.http.Method;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.sluice.schemas.fleet.Zone;
import java.util.List;

/** Calls that tell what is known of zones. */
final class ZoneCalls {
  private final LeaderDesk desk;

  ZoneCalls(LeaderDesk desk) {
    this.desk = desk;
  }

  List<Route> routes() {
    return List.of(
        new Route(Method.GET, "/v1/zones", this::zones),
        new Route(Method.GET, "/v1/zones/{zone}", this::zone),
        new Route(Method.GET, "/v1/zones/{zone}/load", this::load));
  }

  private void zones(ServerRequest request, ServerResponse response) {
    Answers.json(response, desk.fleet().zones().values());
  }

  private void zone(ServerRequest request, ServerResponse response) {
    Answers.json(response, named(request));
  }

  private void load(ServerRequest request, ServerResponse response) {
    Zone zone = named(request);
    Answers.json(
        response,
        zone.load()
            .orElseThrow(() ->
                new Refusal(
                    Status.NOT_FOUND_404,
                    "zone '%s': no load was observed yet".formatted(zone.id()))));
  }

  private Zone named(ServerRequest request) {
    return desk.zone(request.path().pathParameters().get("zone"));
  }
}
