package io.sluice.schemas;

import io.sluice.schemas.command.Evidence;
import io.sluice.schemas.command.Reason;
import io.sluice.schemas.command.ReasonCode;
import io.sluice.schemas.command.ScaleCommand;
import io.sluice.schemas.event.Actor;
import io.sluice.schemas.event.Direction;
import io.sluice.schemas.event.FleetEvent;
import io.sluice.schemas.id.CommandId;
import io.sluice.schemas.id.Epoch;
import io.sluice.schemas.id.MonitorId;
import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.member.Member;
import io.sluice.schemas.member.MemberState;
import io.sluice.schemas.metric.HealthStatus;
import io.sluice.schemas.metric.Metric;
import io.sluice.schemas.metric.ServerMetrics;
import io.sluice.schemas.policy.ServerTemplate;
import io.sluice.schemas.policy.ZonePolicy;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** One value of everything that goes over the wire, with every field set. */
public final class Samples {
  public static final ZoneId ZONE = new ZoneId("zone1");
  public static final ServerId SERVER = ZONE.server(2);
  public static final Instant AT = Instant.parse("2026-11-01T12:00:00.250Z");
  public static final CommandId COMMAND = new CommandId(ZONE, 1234);
  public static final Actor ACTOR = new Actor("ada");

  private Samples() {}

  /** One fact of each type. */
  public static List<FleetEvent> facts() {
    return List.of(
        new FleetEvent.ZoneDeclared(ZONE, AT, Actor.CONFIGURATION),
        new FleetEvent.PolicyChanged(ZONE, AT, 1, ZonePolicy.DEFAULT, ACTOR),
        new FleetEvent.TemplateChanged(ZONE, AT, 1, template(), ACTOR),
        new FleetEvent.LoadObserved(
            ZONE,
            AT,
            Duration.ofSeconds(10),
            new TreeMap<>(Map.of(Metric.CPU, 72.5, Metric.MEMORY, 40.0)),
            2,
            List.of(ZONE.server(3))),
        new FleetEvent.ServerStarted(
            ZONE, AT, SERVER, COMMAND, address(5001), "4711", new Epoch(3)),
        new FleetEvent.ServerReady(ZONE, AT, SERVER),
        new FleetEvent.ServerReported(ZONE, AT, SERVER, "connection refused"),
        new FleetEvent.ServerExited(
            ZONE, AT, SERVER, Optional.of(137), false, "killed by signal 9"),
        new FleetEvent.ServerDraining(ZONE, AT, SERVER, COMMAND),
        new FleetEvent.ServerDrained(ZONE, AT, SERVER),
        new FleetEvent.ServerStopped(ZONE, AT, SERVER, "drained"),
        new FleetEvent.CommandFailed(ZONE, AT, COMMAND, SERVER, "no port is free"),
        new FleetEvent.ManualScaleRequested(ZONE, AT, 2, Optional.of(AT.plusSeconds(60)), ACTOR),
        new FleetEvent.ScalingPaused(ZONE, AT, Direction.IN, Optional.of(AT), ACTOR),
        new FleetEvent.ScalingResumed(ZONE, AT, Direction.BOTH, ACTOR),
        new FleetEvent.BalancerStarted(ZONE, AT, address(3030), address(5050)),
        new FleetEvent.BalancerLost(ZONE, AT, "timed out"),
        new FleetEvent.LeaderElected(ZONE, AT, new MonitorId(3), new Epoch(7), address(8080)));
  }

  /** A command with evidence. */
  public static ScaleCommand command() {
    return new ScaleCommand(
        COMMAND,
        ZONE,
        AT,
        "load-observed",
        1,
        2,
        3,
        List.of(ZONE.server(4)),
        List.of(ZONE.server(1)),
        new Reason(ReasonCode.POLICY, "cpu 72.5 % is above 70: one more than 2"),
        new Evidence(
            new TreeMap<>(Map.of(Metric.CPU, 72.5)),
            2,
            List.of(ZONE.server(3)),
            List.of(new Evidence.Wish("threshold cpu", 4, "one more")),
            List.of(new Evidence.Limit("max", 4, 3, "at most 3 servers"))),
        false,
        1);
  }

  /** A member. */
  public static Member member() {
    return new Member(SERVER, address(5001), MemberState.DRAINING, Member.WEIGHT_DEFAULT, AT);
  }

  /** A report with a metric of its own. */
  public static ServerMetrics metrics() {
    return new ServerMetrics(
        SERVER,
        AT,
        HealthStatus.HEALTHY,
        new TreeMap<>(
            Map.of(
                Metric.CPU,
                12.5,
                Metric.MEMORY,
                40.0,
                Metric.GPU,
                0.0,
                Metric.THROUGHPUT,
                3.0,
                Metric.IN_FLIGHT,
                1.0,
                new Metric("queue_length"),
                17.0)));
  }

  private static ServerTemplate template() {
    return new ServerTemplate(
        "sluice-app:1",
        new TreeMap<>(Map.of("GREETING", "hello")),
        Optional.of(268_435_456L),
        Optional.of(0.5),
        ServerTemplate.START_TIMEOUT_DEFAULT,
        ServerTemplate.DRAIN_TIMEOUT_DEFAULT);
  }

  private static URI address(int port) {
    return URI.create("http://127.0.0.1:" + port);
  }
}
