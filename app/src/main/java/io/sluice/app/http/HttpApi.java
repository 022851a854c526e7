package io.sluice.app.http;

import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Method;
import io.helidon.http.Status;
import io.helidon.webserver.http.FilterChain;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.RoutingRequest;
import io.helidon.webserver.http.RoutingResponse;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.sluice.app.live.CurrentSituation;
import io.sluice.app.live.Feed;
import io.sluice.app.process.Burner;
import io.sluice.app.process.RequestCounter;
import io.sluice.schemas.id.ServerId;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The table of everything that the server answers, and what holds for all of it. */
public final class HttpApi {
  private static final Logger LOG = LoggerFactory.getLogger(HttpApi.class);

  /** Calls that are not users' and don't count as load. */
  private static final Set<String> UNCOUNTED = Set.of(HealthCall.PATH, EventStream.PATH);

  /** Calls that HEAD has no cheap answer for. */
  private static final Set<String> WITHOUT_HEAD = Set.of(WorkCall.PATH, EventStream.PATH);

  private final Answers answers;
  private final Health health;
  private final RequestCounter requests;
  private final List<Route> routes;

  /**
   * What the answers are made of.
   *
   * @param health whether the server is to end
   * @param requests counts users' requests
   * @param situation what is played
   * @param feed the samples
   * @param burner uses processor time
   */
  public record Parts(
      Health health,
      RequestCounter requests,
      CurrentSituation situation,
      Feed feed,
      Burner burner) {}

  /**
   * The table for a server.
   *
   * @param workMax most processor time that one request for work may ask for
   */
  public HttpApi(ServerId server, Duration workMax, Parts parts) {
    this.answers = new Answers(server);
    this.health = parts.health();
    this.requests = parts.requests();
    HealthCall healthCall = new HealthCall(answers, health);
    SimulationCall simulation = new SimulationCall(answers, parts.situation());
    Documents documents = new Documents(answers);
    EventStream events = new EventStream(answers, parts.feed());
    WorkCall work = new WorkCall(answers, parts.burner(), workMax);
    this.routes =
        List.of(
            new Route(Method.GET, HealthCall.PATH, healthCall::answer),
            new Route(Method.GET, "/id", this::id),
            new Route(Method.GET, WorkCall.PATH, work::answer),
            new Route(Method.GET, SimulationCall.PATH, simulation::show),
            new Route(Method.POST, SimulationCall.PATH, simulation::play),
            new Route(Method.GET, EventStream.PATH, events::answer),
            new Route(Method.GET, "/", documents::page),
            new Route(Method.GET, "/app.css", documents::style),
            new Route(Method.GET, "/app.js", documents::script),
            new Route(Method.GET, "/openapi", documents::openApi));
  }

  /** Adds the table to a server's routing. */
  public void addTo(HttpRouting.Builder routing) {
    routing.addFilter(this::around);
    for (Route route : routes) {
      routing.route(route.method(), route.path(), route.handler());
      if (route.method().equals(Method.GET) && !WITHOUT_HEAD.contains(route.path())) {
        routing.route(Method.HEAD, route.path(), route.handler());
      }
    }
    routing.any("/*", this::unknown);
    routing.error(RuntimeException.class, this::failed);
  }

  /** Every route as {@code METHOD path}. */
  Set<String> described() {
    return routes.stream()
        .map(route -> route.method().text() + " " + route.path())
        .collect(Collectors.toUnmodifiableSet());
  }

  private void around(FilterChain chain, RoutingRequest request, RoutingResponse response) {
    if (health.isStopping()) {
      // Whoever still has a connection open is to look for another server.
      response.header(HeaderValues.CONNECTION_CLOSE);
    }
    if (UNCOUNTED.contains(request.prologue().uriPath().path())) {
      chain.proceed();
      return;
    }
    requests.begin();
    try {
      chain.proceed();
    } finally {
      requests.end();
    }
  }

  private void id(ServerRequest request, ServerResponse response) {
    answers.text(
        request, response, Answers.JSON, "{\"server\":\"%s\"}".formatted(answers.server()));
  }

  private void unknown(ServerRequest request, ServerResponse response) {
    String path = request.path().path();
    String allowed =
        routes.stream()
            .filter(route -> route.path().equals(path))
            .map(route -> route.method().text())
            .sorted()
            .collect(Collectors.joining(", "));
    if (allowed.isEmpty()) {
      answers.problem(
          request,
          response,
          Status.NOT_FOUND_404,
          "nothing is at this path: /openapi lists what there is");
    } else {
      response.header(HeaderNames.ALLOW, allowed);
      answers.problem(
          request,
          response,
          Status.METHOD_NOT_ALLOWED_405,
          "method %s: expected one of %s".formatted(request.prologue().method().text(), allowed));
    }
  }

  private void failed(ServerRequest request, ServerResponse response, RuntimeException failure) {
    LOG.error("{} {} failed", request.prologue().method(), request.path().path(), failure);
    answers.problem(
        request,
        response,
        Status.INTERNAL_SERVER_ERROR_500,
        "the server failed at this request; its log says why");
  }
}
