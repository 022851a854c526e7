package io.sluice.provisioner.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.helidon.http.HeaderNames;
import io.helidon.http.Method;
import io.helidon.http.Status;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.sluice.provisioner.office.Office;
import io.sluice.provisioner.office.OfficeLostException;
import io.sluice.provisioner.office.OfficeState;
import io.sluice.provisioner.plan.Input;
import io.sluice.schemas.codec.Json;
import io.sluice.schemas.fleet.Fleet;
import io.sluice.schemas.fleet.Leader;
import io.sluice.schemas.fleet.Server;
import io.sluice.schemas.fleet.ServerState;
import io.sluice.schemas.id.MonitorId;
import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.id.ZoneId;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The table of everything that a monitor answers. */
public final class MonitorApi {
  private static final Logger LOG = LoggerFactory.getLogger(MonitorApi.class);
  private static final String JSON = "application/json";
  private static final String PROBLEM = "application/problem+json";
  private static final String YAML = "application/yaml";
  private static final Duration RECORDING_MAX = Duration.ofSeconds(10);
  private static final byte[] OPEN_API = document();

  private final MonitorId id;
  private final Office office;
  private final Token token;
  private final List<Route> routes;

  /**
   * The table for a monitor.
   *
   * @param token the bearer token of calls that change anything
   */
  public MonitorApi(MonitorId id, Office office, String token) {
    this.id = id;
    this.office = office;
    this.token = new Token(token);
    this.routes =
        List.of(
            new Route(Method.GET, "/alive", this::alive),
            new Route(Method.GET, "/leader", this::leader),
            new Route(Method.GET, "/containers", this::containers),
            new Route(Method.PUT, "/report", this::report),
            new Route(Method.GET, "/v1/zones", this::zones),
            new Route(Method.GET, "/v1/zones/{zone}", this::zone),
            new Route(Method.GET, "/openapi", this::openApi));
  }

  private record Route(Method method, String path, Handler handler) {}

  private record Alive(MonitorId id, boolean leader) {}

  private record Leads(MonitorId id, long epoch, URI url) {}

  private record Container(
      ServerId id, ZoneId zone, URI address, String handle, ServerState state) {}

  private record Reported(Set<ServerId> accepted, List<DeadServers.Ignored> ignored) {}

  /** Adds the table to a server's routing. */
  public void addTo(HttpRouting.Builder routing) {
    routes.forEach(route -> routing.route(route.method(), route.path(), route.handler()));
    routing.any("/*", this::unknown);
    routing.error(
        Refusal.class,
        (request, response, refusal) ->
            problem(response, refusal.status(), String.valueOf(refusal.getMessage())));
    routing.error(RuntimeException.class, this::failed);
  }

  /** Every route as {@code METHOD path}. */
  Set<String> described() {
    return routes.stream()
        .map(route -> route.method().text() + " " + route.path())
        .collect(Collectors.toUnmodifiableSet());
  }

  private void alive(ServerRequest request, ServerResponse response) {
    json(response, new Alive(id, office.state().leads()));
  }

  private void leader(ServerRequest request, ServerResponse response) {
    Leader leader =
        fleet()
            .leader()
            .orElseThrow(
                () -> new Refusal(Status.SERVICE_UNAVAILABLE_503, "no leader is known yet"));
    json(response, new Leads(leader.id(), leader.epoch().value(), leader.url()));
  }

  private void containers(ServerRequest request, ServerResponse response) {
    boolean details = request.query().first("details").map("true"::equals).orElse(false);
    List<Server> running =
        fleet().zones().values().stream()
            .flatMap(zone -> zone.servers().values().stream())
            .filter(server -> server.state() != ServerState.DEAD)
            .toList();
    if (details) {
      json(
          response,
          running.stream()
              .map(server ->
                  new Container(
                      server.id(),
                      server.id().zone(),
                      server.address(),
                      server.handle(),
                      server.state()))
              .toList());
    } else {
      json(response, running.stream().map(Server::id).toList());
    }
  }

  private void report(ServerRequest request, ServerResponse response) {
    token.require(request);
    byte[] body = request.content().hasEntity() ? request.content().as(byte[].class) : new byte[0];
    DeadServers dead = DeadServers.of(fleet(), DeadServers.entries(body));
    if (!office.state().leads()) {
      throw notLeading();
    }
    List<CompletableFuture<?>> recordings =
        dead.accepted().stream()
            .<CompletableFuture<?>>map(
                server -> office.tell(new Input.Reported(server, "reported dead to the monitor")))
            .toList();
    recordings.forEach(this::await);
    json(response, new Reported(dead.accepted(), dead.ignored()));
  }

  private void await(CompletableFuture<?> recording) {
    try {
      recording.get(RECORDING_MAX.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException failed) {
      if (failed.getCause() instanceof OfficeLostException) {
        throw notLeading();
      }
      throw new IllegalStateException("a report was not recorded", failed.getCause());
    } catch (TimeoutException slow) {
      throw new Refusal(Status.SERVICE_UNAVAILABLE_503, "the report was not recorded in time");
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new Refusal(Status.SERVICE_UNAVAILABLE_503, "the monitor is closed");
    }
  }

  private Refusal notLeading() {
    OfficeState state = office.state();
    return new Refusal(
        Status.SERVICE_UNAVAILABLE_503,
        "this monitor does not lead: "
            + state.trouble().orElse("its term ended while the report was recorded"));
  }

  private void zones(ServerRequest request, ServerResponse response) {
    json(response, fleet().zones().values());
  }

  private void zone(ServerRequest request, ServerResponse response) {
    String name = request.path().pathParameters().get("zone");
    json(
        response,
        fleet().zones().entrySet().stream()
            .filter(entry -> entry.getKey().value().equals(name))
            .map(Map.Entry::getValue)
            .findFirst()
            .orElseThrow(() ->
                new Refusal(
                    Status.NOT_FOUND_404,
                    "zone '%s': expected one of %s".formatted(name, fleet().zones().keySet()))));
  }

  private void openApi(ServerRequest request, ServerResponse response) {
    response.header(HeaderNames.CONTENT_TYPE, YAML);
    response.send(OPEN_API);
  }

  private Fleet fleet() {
    return office.state().view();
  }

  private void unknown(ServerRequest request, ServerResponse response) {
    String path = request.path().path();
    Set<String> allowed =
        routes.stream()
            .filter(route -> matches(route.path(), path))
            .map(route -> route.method().text())
            .collect(Collectors.toCollection(TreeSet::new));
    if (allowed.isEmpty()) {
      throw new Refusal(
          Status.NOT_FOUND_404, "nothing is at this path: /openapi lists what there is");
    }
    response.header(HeaderNames.ALLOW, String.join(", ", allowed));
    throw new Refusal(
        Status.METHOD_NOT_ALLOWED_405,
        "method %s: expected one of %s".formatted(request.prologue().method().text(), allowed));
  }

  private static boolean matches(String template, String path) {
    return Stream.of(template.split("/"))
        .map(part -> part.startsWith("{") ? "[^/]+" : Pattern.quote(part))
        .collect(Collectors.joining("/"))
        .transform(path::matches);
  }

  private void failed(ServerRequest request, ServerResponse response, RuntimeException failure) {
    LOG.error("{} {} failed", request.prologue().method(), request.path().path(), failure);
    problem(
        response,
        Status.INTERNAL_SERVER_ERROR_500,
        "the monitor failed at this request; its log says why");
  }

  private static void problem(ServerResponse response, Status status, String detail) {
    response.status(status);
    response.header(HeaderNames.CONTENT_TYPE, PROBLEM);
    response.send(encoded(Problem.of(status, detail)));
  }

  private static void json(ServerResponse response, Object value) {
    response.header(HeaderNames.CONTENT_TYPE, JSON);
    response.header(HeaderNames.CACHE_CONTROL, "no-store");
    response.send(encoded(value));
  }

  private static byte[] encoded(Object value) {
    try {
      return Json.mapper().writeValueAsBytes(value);
    } catch (JsonProcessingException unwritable) {
      throw new IllegalArgumentException(
          "%s can't be written as JSON".formatted(value.getClass().getSimpleName()), unwritable);
    }
  }

  private static byte[] document() {
    try (InputStream document =
        Objects.requireNonNull(
            MonitorApi.class.getResourceAsStream("/openapi/monitor.yaml"),
            "openapi/monitor.yaml is part of the program")) {
      return document.readAllBytes();
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }
}
