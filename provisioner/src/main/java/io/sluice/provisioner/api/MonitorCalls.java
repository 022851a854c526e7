package io.sluice.provisioner.api;

import io.helidon.http.Method;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.sluice.schemas.id.MonitorId;
import java.net.URI;
import java.util.List;

/** The call that tells what this monitor is, and what it decides. */
final class MonitorCalls {
  private final MonitorSelf self;

  MonitorCalls(MonitorSelf self) {
    this.self = self;
  }

  List<Route> routes() {
    return List.of(Route.open(Method.GET, "/v1/monitor", this::monitor));
  }

  private record Place(MonitorId id, URI url) {}

  private record Itself(MonitorId id, List<Place> monitors, List<DecidedZone> decides) {}

  private void monitor(ServerRequest request, ServerResponse response) {
    List<Place> places =
        self.monitors().entrySet().stream()
            .map(monitor -> new Place(monitor.getKey(), monitor.getValue()))
            .toList();
    Answers.json(request, response, new Itself(self.id(), places, self.decides().get()));
  }
}
