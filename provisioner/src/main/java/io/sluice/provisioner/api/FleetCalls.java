package io.sluice.provisioner.api;

import io.helidon.http.Method;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.sluice.provisioner.plan.Input;
import io.sluice.schemas.fleet.Leader;
import io.sluice.schemas.fleet.Server;
import io.sluice.schemas.fleet.ServerState;
import io.sluice.schemas.id.MonitorId;
import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.id.ZoneId;
import java.net.URI;
import java.util.List;
import java.util.Set;

/** Calls about monitors and servers. */
final class FleetCalls {
  private final MonitorId id;
  private final LeaderClient desk;

  FleetCalls(MonitorId id, LeaderClient desk) {
    this.id = id;
    this.desk = desk;
  }

  List<Route> routes() {
    return List.of(
        Route.open(Method.GET, "/alive", this::alive),
        Route.open(Method.GET, "/leader", this::leader),
        Route.open(Method.GET, "/containers", this::containers).with("details"),
        Route.leaders(Method.PUT, "/report", Access.BALANCERS, this::report));
  }

  private record Alive(MonitorId id, boolean leader) {}

  private record Leads(MonitorId id, long epoch, URI url) {}

  private record Container(
      ServerId id, ZoneId zone, URI address, String handle, ServerState state) {}

  private record Reported(Set<ServerId> accepted, List<DeadServers.Ignored> ignored) {}

  private void alive(ServerRequest request, ServerResponse response) {
    Answers.json(request, response, new Alive(id, desk.leads()));
  }

  private void leader(ServerRequest request, ServerResponse response) {
    Leader leader =
        desk.fleet()
            .leader()
            .orElseThrow(
                () -> new Refusal(Status.SERVICE_UNAVAILABLE_503, "no leader is known yet"));
    Answers.json(request, response, new Leads(leader.id(), leader.epoch().value(), leader.url()));
  }

  private void containers(ServerRequest request, ServerResponse response) {
    boolean details = Request.flag(request, "details").orElse(false);
    List<Server> running =
        desk.fleet().zones().values().stream()
            .flatMap(zone -> zone.servers().values().stream())
            .filter(server -> server.state() != ServerState.DEAD)
            .toList();
    Answers.json(
        request,
        response,
        details
            ? running.stream().map(FleetCalls::container).toList()
            : running.stream().map(Server::id).toList());
  }

  private static Container container(Server server) {
    return new Container(
        server.id(), server.id().zone(), server.address(), server.handle(), server.state());
  }

  private void report(ServerRequest request, ServerResponse response) {
    byte[] body = request.content().hasEntity() ? request.content().as(byte[].class) : new byte[0];
    DeadServers dead = DeadServers.of(desk.fleet(), DeadServers.entries(body));
    desk.tell(
        dead.accepted().stream()
            .<Input>map(server -> new Input.Reported(server, "reported dead to the monitor"))
            .toList());
    Answers.json(request, response, new Reported(dead.accepted(), dead.ignored()));
  }
}
