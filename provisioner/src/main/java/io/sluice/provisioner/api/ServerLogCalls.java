package io.sluice.provisioner.api;

import io.helidon.http.Method;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.sluice.provisioner.fleet.FleetException;
import io.sluice.provisioner.fleet.ServerFleet;
import io.sluice.provisioner.fleet.ServerLog;
import io.sluice.provisioner.fleet.ServerLog.Piece;
import io.sluice.schemas.fleet.Zone;
import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.id.ZoneId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Calls that tell what servers print. Each monitor asks the fleet itself, since each knows it; what
 * a server prints may be anything, and is shown to operators alone.
 */
final class ServerLogCalls {
  /** What fits a screen or two. */
  static final int LINES_DEFAULT = 100;

  /** Of more servers nobody reads all. */
  static final int SERVERS_MAX = 32;

  private static final int READERS_MAX = 8;
  private static final Duration RETRY_AFTER = Duration.ofSeconds(2);

  private final LeaderClient desk;
  private final ServerFleet fleet;
  private final Places places = new Places(READERS_MAX, 0, READERS_MAX);

  ServerLogCalls(LeaderClient desk, ServerFleet fleet) {
    this.desk = desk;
    this.fleet = fleet;
  }

  List<Route> routes() {
    return List.of(
        new Route(
            Method.GET,
            "/v1/servers/{server}/logs",
            Access.OPERATORS,
            this::server,
            false,
            List.of("tail", "after")),
        new Route(
            Method.GET,
            "/v1/zones/{zone}/logs",
            Access.OPERATORS,
            this::zone,
            false,
            List.of("tail")));
  }

  /** What was read of one server, or why it was not. */
  private sealed interface Reading {
    /** A piece of what it printed. */
    record Read(ServerId server, List<String> lines, boolean earlier, String next)
        implements Reading {}

    /** It was not read. */
    record Unread(ServerId server, String reason) implements Reading {}
  }

  private record OfZone(ZoneId zone, List<Reading.Read> servers, List<Reading.Unread> unread) {}

  private void server(ServerRequest request, ServerResponse response) {
    ServerId server = named(request);
    Piece piece =
        new Piece(
            tail(request),
            Request.parameter(request, "after", text -> text).orElse(ServerLog.BEGIN));
    try (var _ = place(request)) {
      Answers.json(request, response, read(server, piece));
    }
  }

  private Reading.Read read(ServerId server, Piece piece) {
    try {
      return fleet
          .log(server, piece)
          .map(log -> read(server, log))
          .orElseThrow(() -> new Refusal(Status.NOT_FOUND_404, nothing(server)));
    } catch (IllegalArgumentException noPlace) {
      throw new Refusal(Status.BAD_REQUEST_400, "parameter after: " + noPlace.getMessage());
    } catch (FleetException unreadable) {
      throw new Refusal(
          Status.SERVICE_UNAVAILABLE_503,
          "server '%s': %s".formatted(server, unreadable.getMessage()));
    }
  }

  private String nothing(ServerId server) {
    SortedSet<ServerId> known =
        new TreeSet<>(
            desk.ever(server.zone().value())
                .map(zone -> zone.servers().keySet())
                .orElseGet(TreeSet::new));
    return "server '%s': nothing that it printed is kept; expected %s"
        .formatted(
            server,
            known.isEmpty()
                ? "a server of a zone that has some"
                : "one of its zone's servers, which are " + known);
  }

  private static Reading.Read read(ServerId server, ServerLog log) {
    return new Reading.Read(server, log.lines(), log.earlier(), log.next());
  }

  private void zone(ServerRequest request, ServerResponse response) {
    String name = request.path().pathParameters().get("zone");
    Zone zone = desk.ever(name).orElseThrow(() -> desk.noZone(name));
    SortedSet<ServerId> servers = new TreeSet<>(zone.servers().keySet());
    if (servers.size() > SERVERS_MAX) {
      throw new Refusal(
          Status.UNPROCESSABLE_CONTENT_422,
          "zone '%s': has %d servers; expected one of them, or a zone with %d servers at most"
              .formatted(zone.id(), servers.size(), SERVERS_MAX));
    }
    Piece piece = new Piece(tail(request), ServerLog.BEGIN);
    List<Reading.Read> read = new ArrayList<>();
    List<Reading.Unread> unread = new ArrayList<>();
    try (var _ = place(request)) {
      for (Reading reading : all(servers, piece)) {
        switch (reading) {
          case Reading.Read one -> read.add(one);
          case Reading.Unread one -> unread.add(one);
        }
      }
      Answers.json(request, response, new OfZone(zone.id(), read, unread));
    }
  }

  private List<Reading> all(SortedSet<ServerId> servers, Piece piece) {
    List<Reading> readings = new ArrayList<>();
    try (ExecutorService readers = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Reading>> running =
          servers.stream().map(server -> readers.submit(() -> tried(server, piece))).toList();
      for (Future<Reading> one : running) {
        readings.add(one.get());
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new Refusal(Status.SERVICE_UNAVAILABLE_503, "the monitor is closed");
    } catch (ExecutionException failed) {
      throw new IllegalStateException("a log could not be read", failed.getCause());
    }
    return readings;
  }

  private Reading tried(ServerId server, Piece piece) {
    try {
      return fleet
          .log(server, piece)
          .<Reading>map(log -> read(server, log))
          .orElseGet(() -> new Reading.Unread(server, "nothing that it printed is kept"));
    } catch (FleetException unreadable) {
      return new Reading.Unread(server, String.valueOf(unreadable.getMessage()));
    }
  }

  private Places.Place place(ServerRequest request) {
    return places
        .take(Caller.of(request))
        .orElseThrow(() ->
            Refusal.later(
                Status.TOO_MANY_REQUESTS_429,
                "too many read logs on this monitor: expected %d at once".formatted(READERS_MAX),
                RETRY_AFTER));
  }

  private static int tail(ServerRequest request) {
    return Request.parameter(request, "tail", ServerLogCalls::lines).orElse(LINES_DEFAULT);
  }

  private static int lines(String text) {
    try {
      int lines = Integer.parseInt(text);
      if (lines >= 1 && lines <= ServerLog.LINES_MAX) {
        return lines;
      }
    } catch (NumberFormatException malformed) {
      throw new IllegalArgumentException(expected(text), malformed);
    }
    throw new IllegalArgumentException(expected(text));
  }

  private static String expected(String text) {
    return "'%s': expected 1 to %d lines".formatted(text, ServerLog.LINES_MAX);
  }

  private static ServerId named(ServerRequest request) {
    try {
      return ServerId.of(request.path().pathParameters().get("server"));
    } catch (IllegalArgumentException malformed) {
      throw new Refusal(Status.BAD_REQUEST_400, String.valueOf(malformed.getMessage()));
    }
  }
}
