package io.sluice.provisioner.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.helidon.http.HeaderNames;
import io.helidon.http.HttpPrologue;
import io.helidon.http.Method;
import io.helidon.http.Status;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.RoutingRequest;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.sluice.provisioner.elector.LeaderElector;
import io.sluice.provisioner.fleet.ServerFleet;
import io.sluice.provisioner.history.LoadHistory;
import io.sluice.provisioner.leadership.JournalEvents;
import io.sluice.provisioner.leadership.Leadership;
import io.sluice.provisioner.leadership.LeadershipState;
import io.sluice.provisioner.zones.ZoneTopics;
import io.sluice.schemas.policy.Policies;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The table of everything that a monitor answers. */
public final class MonitorApi implements AutoCloseable {
  /** As many as a small machine has processors, so that they do not slow down the rest for long. */
  static final int HISTORY_RUNS_MAX = 2;

  /** Beside them, for operators alone. */
  static final int HISTORY_RUNS_KEPT = 1;

  /** A journal of some million records is folded within this. */
  static final Duration HISTORY_DEADLINE = Duration.ofSeconds(30);

  private static final Logger LOG = LoggerFactory.getLogger(MonitorApi.class);
  private static final byte[] OPEN_API = document();

  private final List<Route> routes;
  private final Forwarding forwarding;
  private final EventCalls events;
  private final Admission admission;
  private final BoundedRuns runs =
      new BoundedRuns(
          new Places(HISTORY_RUNS_MAX + HISTORY_RUNS_KEPT, HISTORY_RUNS_KEPT, 1), HISTORY_DEADLINE);

  /**
   * The table for a monitor.
   *
   * @param self what this monitor is, and what it decides
   * @param follower what this monitor knows while it does not lead
   * @param council its place among the monitors
   * @param decisions what can be said about decisions
   * @param events the journal as it grows
   * @param history what the load was; empty: nothing is kept. It stays its owner's to close
   * @param tokens who may call what
   * @param topics what a zone that is declared has to have
   * @param fleet what runs the servers, asked for what they print; it stays its owner's to close
   */
  public MonitorApi(
      MonitorSelf self,
      Leadership office,
      Supplier<LeadershipState> follower,
      LeaderElector council,
      Decisions decisions,
      JournalEvents events,
      Optional<LoadHistory> history,
      Tokens tokens,
      ZoneTopics topics,
      ServerFleet fleet) {
    this.admission = new Admission(tokens);
    LeaderClient desk = new LeaderClient(office, follower);
    HistoryAnswers answers = new HistoryAnswers(runs);
    this.forwarding = new Forwarding(self.id(), desk, council::leader);
    this.events = new EventCalls(desk, events, EventCalls.WRITE_MAX);
    this.routes =
        Stream.of(
                new FleetCalls(self.id(), desk).routes(),
                new MonitorCalls(self).routes(),
                new ElectionCalls(council).routes(),
                new ZoneCalls(desk, decisions, answers).routes(),
                new LoadCalls(desk, history, runs).routes(),
                new RevisedCalls<>(new Revised.Policy(), desk).routes(),
                new RevisedCalls<>(new Revised.Template(), desk).routes(),
                new ScalingCalls(desk).routes(),
                new ZoneLifeCalls(desk, topics).routes(),
                new SecretCalls(desk).routes(),
                new ServerLogCalls(desk, fleet).routes(),
                new DecisionCalls(desk, decisions, answers).routes(),
                this.events.routes(),
                List.of(
                    Route.open(Method.GET, "/schemas/policy", MonitorApi::policySchema),
                    Route.open(Method.GET, "/openapi", MonitorApi::openApi)))
            .flatMap(List::stream)
            .toList();
  }

  /** Adds the table to a server's routing. */
  public void addTo(HttpRouting.Builder routing) {
    add(routes, admission, forwarding, routing);
    routing.any("/*", this::unknown);
  }

  /** Adds routes, each behind what every request has to pass. */
  static void add(
      List<Route> routes, Admission admission, Forwarding forwarding, HttpRouting.Builder routing) {
    // Before anything is looked up by a path, health among it.
    routing.addFilter((chain, request, response) -> {
      requireCanonical(request);
      chain.proceed();
    });
    for (Route route : routes) {
      Handler answer = route.leaders() ? forwarding.of(route) : route.handler();
      Handler handler =
          (request, response) -> {
            Request.requireParameters(request, route.parameters());
            answer.handle(request, response);
          };
      routing.route(route.method(), route.path(), admission.of(route.access(), handler));
    }
    routing.error(Refusal.class, MonitorApi::refused);
    routing.error(RuntimeException.class, MonitorApi::failed);
  }

  private static void requireCanonical(RoutingRequest request) {
    HttpPrologue prologue = request.prologue();
    Optional<String> objection = Targets.objection(prologue.uriPath().rawPath());
    if (objection.isPresent()) {
      throw new Refusal(
          Status.BAD_REQUEST_400,
          "path '%s': expected %s".formatted(prologue.uriPath().rawPath(), objection.get()));
    }
    if (prologue.fragment().hasValue()) {
      throw new Refusal(Status.BAD_REQUEST_400, "a fragment behind '#': expected none");
    }
  }

  /** Every route as {@code METHOD path}. */
  Set<String> described() {
    return routes.stream()
        .map(route -> route.method().text() + " " + route.path())
        .collect(Collectors.toUnmodifiableSet());
  }

  /** Every parameter of a query as {@code METHOD path name}. */
  Set<String> describedParameters() {
    return routes.stream()
        .flatMap(route ->
            route.parameters().stream()
                .map(name -> "%s %s %s".formatted(route.method().text(), route.path(), name)))
        .collect(Collectors.toUnmodifiableSet());
  }

  private static void policySchema(ServerRequest request, ServerResponse response) {
    Answers.send(response, Answers.SCHEMA, Policies.jsonSchema().getBytes(UTF_8));
  }

  private static void openApi(ServerRequest request, ServerResponse response) {
    Answers.send(response, Answers.YAML, OPEN_API);
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

  private static void refused(ServerRequest request, ServerResponse response, Refusal refusal) {
    if (refusal.status().equals(Status.UNAUTHORIZED_401)) {
      response.header(HeaderNames.WWW_AUTHENTICATE, "Bearer");
    }
    refusal
        .retryAfter()
        .ifPresent(
            pause -> response.header(HeaderNames.RETRY_AFTER, Long.toString(pause.toSeconds())));
    Answers.problem(response, refusal.status(), Problem.of(refusal.status(), refusal));
  }

  private static void failed(
      ServerRequest request, ServerResponse response, RuntimeException failure) {
    LOG.error("{} {} failed", request.prologue().method(), request.path().path(), failure);
    Status status = Status.INTERNAL_SERVER_ERROR_500;
    Refusal hidden = new Refusal(status, "the monitor failed at this request; its log says why");
    Answers.problem(response, status, Problem.of(status, hidden));
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

  /** Ends what is still being found out. */
  @Override
  public void close() {
    events.close();
    runs.close();
    forwarding.close();
  }
}
