package io.sluice.balancer.admin;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.helidon.http.HeaderNames;
import io.helidon.http.Method;
import io.helidon.http.Status;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.helidon.webserver.observe.ObserveFeature;
import io.helidon.webserver.observe.health.HealthObserver;
import io.sluice.schemas.codec.Json;
import io.sluice.schemas.config.ConfigException;
import io.sluice.schemas.text.Sentence;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.security.MessageDigest;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The running admin port. */
public final class AdminServer implements AutoCloseable {
  private static final String HEALTH = "/health_check";
  private static final String METRICS = "/observe/metrics";
  private static final long PAYLOAD_MAX_BYTES = 1 << 20;
  private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";

  private final Operations operations;
  private volatile Optional<byte[]> token = Optional.empty();
  private final InetSocketAddress listen;
  private final WebServer server;

  /**
   * Starts to listen.
   *
   * @param listen port 0 means any that is free
   * @param token what orders need as a bearer token; empty: nothing
   * @throws AdminException if the port is taken
   */
  public AdminServer(InetSocketAddress listen, Optional<String> token, Operations operations) {
    this.listen = listen;
    this.operations = operations;
    become(token);
    requireFree();
    this.server =
        WebServer.builder()
            .host(listen.getHostString())
            .port(listen.getPort())
            .shutdownHook(false)
            .maxPayloadSize(PAYLOAD_MAX_BYTES)
            .featuresDiscoverServices(false)
            .addFeature(
                ObserveFeature.builder()
                    .observersDiscoverServices(false)
                    .addObserver(
                        HealthObserver.builder()
                            .details(true)
                            .addCheck(new MembershipCheck(operations))
                            .addCheck(new LoopsCheck(operations))
                            .build())
                    .build())
            .routing(this::route)
            .build();
    server.start();
    if (!server.isRunning()) {
      throw taken("it can't be opened", Optional.empty());
    }
  }

  /** From now on orders need this as a bearer token; empty: nothing. */
  public void become(Optional<String> secret) {
    token = secret.map(text -> text.getBytes(UTF_8));
  }

  /** The web server only logs that it could not open its port: so we look before. */
  private void requireFree() {
    try (ServerSocket probe = new ServerSocket()) {
      probe.setReuseAddress(true);
      probe.bind(listen);
    } catch (IOException taken) {
      throw taken(String.valueOf(taken.getMessage()), Optional.of(taken));
    }
  }

  private AdminException taken(String why, Optional<IOException> cause) {
    return new AdminException(
        "admin port %d on %s: %s, expected a free port"
            .formatted(listen.getPort(), listen.getHostString(), why),
        cause);
  }

  /** A call that is answered. */
  private record Call(Method method, String path, Handler handler) {}

  private List<Call> calls() {
    return List.of(
        new Call(Method.GET, HEALTH, (request, response) -> response.send("ok")),
        new Call(
            Method.GET,
            "/servers",
            (request, response) -> json(response, servers(operations.alive()))),
        new Call(Method.PUT, "/servers", this::putServers),
        new Call(Method.GET, "/monitor", this::getMonitor),
        new Call(Method.PUT, "/monitor", this::putMonitor),
        new Call(Method.GET, "/pools", (request, response) -> json(response, operations.pools())),
        new Call(Method.GET, "/zones", (request, response) -> json(response, operations.zones())),
        new Call(Method.POST, "/reload", this::postReload),
        new Call(
            Method.GET,
            "/maintenance",
            (request, response) -> json(response, Map.of("on", operations.maintenance()))),
        new Call(Method.PUT, "/maintenance", this::putMaintenance),
        new Call(Method.GET, "/openapi", AdminServer::getDocument),
        new Call(Method.GET, METRICS, this::getMetrics));
  }

  /** Every call as {@code METHOD path}. */
  Set<String> described() {
    return calls().stream()
        .map(call -> call.method().text() + " " + call.path())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private void route(HttpRouting.Builder routing) {
    routing.error(Problem.class, (request, response, problem) -> send(response, problem));
    SortedMap<String, SortedSet<String>> allowed = new TreeMap<>();
    for (Call call : calls()) {
      routing.route(call.method(), call.path(), withoutParameters(call));
      allowed.computeIfAbsent(call.path(), path -> new TreeSet<>()).add(call.method().text());
    }
    allowed.forEach((path, methods) ->
        routing.any(
            path,
            (request, response) -> refuseMethod(request, response, String.join(", ", methods))));
    routing.any((request, response) -> {
      if (request.path().path().startsWith("/observe/health")) {
        response.next();
        return;
      }
      throw new Problem(
          404, "Not Found", "nothing at %s: see /openapi".formatted(request.path().path()));
    });
  }

  /** A call of which no answer depends on a query; what only looks may be asked in any way. */
  private static Handler withoutParameters(Call call) {
    if (call.path().equals(HEALTH) || call.path().equals(METRICS)) {
      return call.handler();
    }
    return (request, response) -> {
      Optional<String> named = request.query().names().stream().findFirst();
      if (named.isPresent()) {
        throw Problem.badRequest(
            "parameter '%s': expected none".formatted(Sentence.shown(named.get())));
      }
      call.handler().handle(request, response);
    };
  }

  private static void getDocument(ServerRequest request, ServerResponse response) {
    try (InputStream document =
        Objects.requireNonNull(
            AdminServer.class.getResourceAsStream("/openapi/balancer.yaml"),
            "openapi/balancer.yaml is part of the program")) {
      response.header(HeaderNames.CONTENT_TYPE, "application/yaml").send(document.readAllBytes());
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  private void putServers(ServerRequest request, ServerResponse response) {
    authorize(request);
    if (!operations.staticServers()) {
      throw new Problem(
          409,
          "Conflict",
          "the servers of this balancer come from its zone's membership topic, expected static:"
              + " true");
    }
    Orders.Change change = Orders.change(body(request));
    json(response, servers(operations.change(change.adds(), change.deletes())));
  }

  private void getMonitor(ServerRequest request, ServerResponse response) {
    URI monitor =
        operations
            .monitor()
            .orElseThrow(() -> new Problem(404, "Not Found", "no monitor has been announced yet"));
    json(response, Map.of("url", monitor));
  }

  private void putMonitor(ServerRequest request, ServerResponse response) {
    authorize(request);
    URI monitor = Orders.monitor(body(request));
    operations.monitor(monitor);
    json(response, Map.of("url", monitor));
  }

  private void postReload(ServerRequest request, ServerResponse response) {
    authorize(request);
    try {
      json(response, Map.of("changed", operations.reload()));
    } catch (ConfigException refused) {
      throw new Problem(422, "Unprocessable Content", String.valueOf(refused.getMessage()));
    }
  }

  private void putMaintenance(ServerRequest request, ServerResponse response) {
    authorize(request);
    boolean on = Orders.maintenance(body(request));
    operations.maintenance(on);
    json(response, Map.of("on", on));
  }

  private void getMetrics(ServerRequest request, ServerResponse response) {
    response.header(HeaderNames.CONTENT_TYPE, PROMETHEUS).send(operations.metrics());
  }

  private static void refuseMethod(ServerRequest request, ServerResponse response, String allowed) {
    response.header(HeaderNames.ALLOW, allowed);
    throw new Problem(
        405,
        "Method Not Allowed",
        "%s of %s: expected one of %s"
            .formatted(request.prologue().method().text(), request.path().path(), allowed));
  }

  /** Compares in constant time, so that the token can't be guessed octet by octet. */
  private void authorize(ServerRequest request) {
    Optional<byte[]> needed = token;
    if (needed.isEmpty()) {
      return;
    }
    String given = request.headers().first(HeaderNames.AUTHORIZATION).orElse("");
    byte[] secret = given.startsWith("Bearer ") ? given.substring(7).getBytes(UTF_8) : new byte[0];
    if (!MessageDigest.isEqual(secret, needed.get())) {
      throw new Problem(
          401,
          "Unauthorized",
          "expected the header Authorization: Bearer with this cluster's token");
    }
  }

  private static byte[] body(ServerRequest request) {
    return request.content().hasEntity() ? request.content().as(byte[].class) : new byte[0];
  }

  private static Map<String, List<URI>> servers(List<URI> addresses) {
    return Map.of("servers", addresses);
  }

  private static void json(ServerResponse response, Object value) {
    response.header(HeaderNames.CONTENT_TYPE, "application/json").send(bytes(value));
  }

  private static void send(ServerResponse response, Problem problem) {
    if (problem.status() == 401) {
      response.header(HeaderNames.WWW_AUTHENTICATE, "Bearer");
    }
    response
        .status(Status.create(problem.status()))
        .header(HeaderNames.CONTENT_TYPE, "application/problem+json")
        .send(bytes(problem.document()));
  }

  private static byte[] bytes(Object value) {
    try {
      return Json.mapper().writeValueAsBytes(value);
    } catch (JsonProcessingException unwritable) {
      throw new IllegalStateException("%s can't be written".formatted(value), unwritable);
    }
  }

  /** Where it listens, with the port that was really taken. */
  public InetSocketAddress address() {
    return new InetSocketAddress(listen.getHostString(), server.port());
  }

  @Override
  public void close() {
    server.stop();
  }
}
