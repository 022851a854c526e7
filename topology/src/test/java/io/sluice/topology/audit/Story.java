package io.sluice.topology.audit;

import io.sluice.schemas.event.Actor;
import io.sluice.schemas.event.FleetEvent;
import io.sluice.schemas.event.FleetEvent.LeaderElected;
import io.sluice.schemas.event.FleetEvent.LoadObserved;
import io.sluice.schemas.event.FleetEvent.PolicyChanged;
import io.sluice.schemas.event.FleetEvent.ServerReady;
import io.sluice.schemas.event.FleetEvent.ServerReported;
import io.sluice.schemas.event.FleetEvent.ServerStarted;
import io.sluice.schemas.event.FleetEvent.ServerStopped;
import io.sluice.schemas.event.FleetEvent.ZoneDeclared;
import io.sluice.schemas.id.CommandId;
import io.sluice.schemas.id.Epoch;
import io.sluice.schemas.id.MonitorId;
import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.metric.Metric;
import io.sluice.schemas.policy.ZonePolicy;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A short history with one of everything: growth, death, replacement, two terms. */
final class Story {
  static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  static final ZoneId ZONE = new ZoneId("zone1");

  private Story() {}

  /** Starts one server, sees load, starts a second one, loses the first and replaces it. */
  static Tape story() {
    Tape tape = new Tape();
    tell(tape, new ZoneDeclared(ZONE, START, Actor.CONFIGURATION));
    tell(tape, new PolicyChanged(ZONE, START, 1, ZonePolicy.DEFAULT, Actor.CONFIGURATION));
    elect(tape, 1);
    start(tape, 1);
    load(tape, 40);
    load(tape, 90);
    start(tape, 2);
    load(tape, 50);
    tell(tape, new ServerReported(ZONE, START, ZONE.server(1), "connection refused"));
    tell(tape, new ServerStopped(ZONE, START, ZONE.server(1), "as asked"));
    start(tape, 3);
    load(tape, 50);
    elect(tape, 2);
    load(tape, 50);
    return tape;
  }

  static void tell(Tape tape, FleetEvent event) {
    tape.tell(START.plusSeconds(tape.journal.size()), event);
  }

  static void elect(Tape tape, long epoch) {
    URI url = URI.create("http://127.0.0.1:8080");
    tell(tape, new LeaderElected(ZONE, START, new MonitorId(1), new Epoch(epoch), url));
  }

  static void start(Tape tape, int number) {
    ServerId server = ZONE.server(number);
    tell(
        tape,
        new ServerStarted(
            ZONE,
            START,
            server,
            new CommandId(ZONE, 0),
            URI.create("http://127.0.0.1:" + (5000 + number)),
            "pid-" + number,
            new Epoch(1)));
    tell(tape, new ServerReady(ZONE, START, server));
  }

  static void load(Tape tape, double cpu) {
    int ready = tape.state(ZONE).zone().servers().size();
    tell(
        tape,
        new LoadObserved(
            ZONE,
            START,
            ZonePolicy.WINDOW_DEFAULT,
            new TreeMap<>(Map.of(Metric.CPU, cpu)),
            ready,
            List.of(),
            List.of(),
            List.of()));
  }
}
