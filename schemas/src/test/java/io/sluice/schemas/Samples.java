package io.sluice.schemas;

import io.sluice.schemas.canary.CanaryEvidence;
import io.sluice.schemas.canary.Served;
import io.sluice.schemas.canary.Verdict;
import io.sluice.schemas.command.Evidence;
import io.sluice.schemas.command.Reason;
import io.sluice.schemas.command.ReasonCode;
import io.sluice.schemas.command.ScaleCommand;
import io.sluice.schemas.event.Actor;
import io.sluice.schemas.event.Condition;
import io.sluice.schemas.event.ConditionKind;
import io.sluice.schemas.event.Counted;
import io.sluice.schemas.event.Direction;
import io.sluice.schemas.event.FleetEvent;
import io.sluice.schemas.id.CommandId;
import io.sluice.schemas.id.Epoch;
import io.sluice.schemas.id.MonitorId;
import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.leadership.Heartbeat;
import io.sluice.schemas.member.Member;
import io.sluice.schemas.member.MemberState;
import io.sluice.schemas.metric.BalancerMetrics;
import io.sluice.schemas.metric.HealthStatus;
import io.sluice.schemas.metric.Mean;
import io.sluice.schemas.metric.Measurer;
import io.sluice.schemas.metric.Metric;
import io.sluice.schemas.metric.RequestTimes;
import io.sluice.schemas.metric.ServerMetrics;
import io.sluice.schemas.policy.CanaryPolicy;
import io.sluice.schemas.policy.ContainerProcess;
import io.sluice.schemas.policy.ContainerStorage;
import io.sluice.schemas.policy.ContainerTemplate;
import io.sluice.schemas.policy.Cron;
import io.sluice.schemas.policy.Health;
import io.sluice.schemas.policy.Limits;
import io.sluice.schemas.policy.ScalingRule;
import io.sluice.schemas.policy.ServerPort;
import io.sluice.schemas.policy.ServerProtocol;
import io.sluice.schemas.policy.ServerTemplate;
import io.sluice.schemas.policy.Statuses;
import io.sluice.schemas.policy.Victims;
import io.sluice.schemas.policy.Volume;
import io.sluice.schemas.policy.ZonePolicy;
import io.sluice.schemas.secret.SecretName;
import io.sluice.schemas.secret.SecretUse;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** One value of everything that goes over the wire, with every field set. */
public final class Samples {
  public static final io.sluice.schemas.id.ZoneId ZONE = new io.sluice.schemas.id.ZoneId("zone1");
  public static final ServerId SERVER = ZONE.server(2);
  public static final Instant AT = Instant.parse("2026-11-01T12:00:00.250Z");
  public static final CommandId COMMAND = new CommandId(ZONE, 1234);
  public static final Actor ACTOR = new Actor("ada");

  private Samples() {}

  private static FleetEvent judged() {
    return new FleetEvent.CanaryJudged(
        ZONE,
        AT,
        2,
        Verdict.WORSE,
        new CanaryEvidence(
            new Served(180, 0, Optional.of(20.5)),
            new Served(60, 6, Optional.empty()),
            Duration.ofSeconds(30)));
  }

  /** One fact of each type. */
  public static List<FleetEvent> facts() {
    return List.of(
        new FleetEvent.ZoneDeclared(ZONE, AT, Actor.CONFIGURATION),
        new FleetEvent.ZoneRetiring(ZONE, AT, ACTOR),
        new FleetEvent.ZoneRetired(ZONE, AT),
        new FleetEvent.PolicyChanged(ZONE, AT, 1, policy(), ACTOR),
        new FleetEvent.TemplateChanged(
            ZONE, AT, 1, template(), ACTOR, Optional.of("2 servers of revision 2 failed")),
        load(),
        new FleetEvent.ServerStarted(
            ZONE, AT, SERVER, COMMAND, address(5001), "4711", new Epoch(3), Optional.of(2)),
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
        new FleetEvent.RequestsWaiting(ZONE, AT, 37, Optional.of(2)),
        new FleetEvent.LoadReported(
            ZONE,
            AT,
            new Metric("queue_length"),
            170,
            Duration.ofMinutes(1),
            "redis list jobs",
            ACTOR),
        judged(),
        new FleetEvent.ConditionRaised(ZONE, AT, stuck()),
        new FleetEvent.ConditionCleared(ZONE, AT, ConditionKind.SERVER_STUCK, Optional.of(SERVER)),
        new FleetEvent.LeaderElected(ZONE, AT, new MonitorId(3), new Epoch(7), address(8080)));
  }

  /** An observation. */
  public static FleetEvent load() {
    return new FleetEvent.LoadObserved(
        ZONE,
        AT,
        Duration.ofSeconds(10),
        new TreeMap<>(
            Map.of(
                Metric.CPU,
                new Mean(72.5, 2),
                Metric.MEMORY,
                new Mean(40.0, 1, List.of(Measurer.SERVER, Measurer.ENGINE)),
                Metric.REQUESTS_PER_SECOND,
                new Mean(12.5, 2, List.of(Measurer.BALANCER)))),
        2,
        List.of(ZONE.server(3)),
        List.of(ZONE.server(4)),
        List.of(ZONE.server(2), ZONE.server(1)),
        Optional.of(new Counted(1_001, 1)));
  }

  private static Condition stuck() {
    return new Condition(
        ConditionKind.SERVER_STUCK,
        Optional.of(SERVER),
        "its container can't be removed: device or resource busy",
        Optional.of(41L),
        "remove the container by hand");
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
            new TreeMap<>(Map.of(Metric.CPU, new Mean(72.5, 2))),
            2,
            List.of(ZONE.server(3)),
            List.of(ZONE.server(2)),
            List.of(
                new Evidence.Wish("threshold cpu", 4, "one more"),
                new Evidence.Wish("predictive cpu", 9, "much more", true)),
            List.of(new Evidence.Limit("max", 4, 3, "at most 3 servers")),
            Optional.of(new Evidence.Backoff(1, 2, AT)),
            Optional.of(new Counted(1_001, 1))),
        false,
        6,
        Optional.of("2026a"));
  }

  /** A heartbeat. */
  public static Heartbeat heartbeat() {
    return new Heartbeat(new MonitorId(3), new Epoch(7), URI.create("http://127.0.0.1:8082"));
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

  /** A balancer's report of a second. */
  public static BalancerMetrics balancerMetrics() {
    return new BalancerMetrics(
        new BalancerMetrics.Reporter("/balancers/zone1", "b7c1"),
        ZONE,
        AT,
        1.002,
        new BalancerMetrics.Traffic(
            4,
            1,
            2,
            1,
            0,
            new RequestTimes(
                List.of(0L, 0L, 1L, 2L, 0L, 0L, 1L, 0L, 0L, 0L, 0L, 0L, 0L, 0L, 0L, 0L))),
        new TreeMap<>(
            Map.of(
                SERVER,
                new BalancerMetrics.OfServer(4, 1, 2, Optional.of(20.5), RequestTimes.NONE),
                ZONE.server(3),
                new BalancerMetrics.OfServer(0, 0, 0, Optional.empty(), RequestTimes.NONE))),
        2,
        false);
  }

  /** A policy with every kind of rule. */
  public static ZonePolicy policy() {
    return new ZonePolicy(
        0,
        9,
        Duration.ofSeconds(30),
        List.of(
            ScalingRule.Threshold.DEFAULT,
            new ScalingRule.Target(Metric.THROUGHPUT, 50, 0.2),
            new ScalingRule.Step(
                Metric.IN_FLIGHT,
                List.of(
                    new ScalingRule.Band(Optional.empty(), Optional.of(2.0), -1),
                    new ScalingRule.Band(Optional.of(8.0), Optional.empty(), 3))),
            new ScalingRule.Schedule(
                ZoneId.of("Europe/Berlin"),
                new Cron("0 8 * * mon-fri"),
                new Cron("0 18 * * mon-fri"),
                2,
                8),
            new ScalingRule.Predictive(
                Metric.CPU,
                60,
                Duration.ofDays(1),
                Duration.ofMinutes(10),
                Duration.ofMinutes(20),
                true),
            new ScalingRule.Idle(Duration.ofMinutes(15))),
        new Limits(
            Duration.ofSeconds(5),
            Duration.ofSeconds(1),
            Duration.ofMinutes(2),
            Duration.ofSeconds(3),
            Duration.ofMinutes(4),
            Optional.of(4),
            Optional.of(1)),
        Victims.LEAST_LOADED,
        true,
        new CanaryPolicy(Duration.ofMinutes(2), 0.5, 1.5));
  }

  /** A template with all that one can have. */
  public static ServerTemplate template() {
    return new ServerTemplate(
        "sluice-app:1",
        new TreeMap<>(Map.of("GREETING", "hello")),
        Optional.of(268_435_456L),
        Optional.of(0.5),
        ServerTemplate.START_TIMEOUT_DEFAULT,
        ServerTemplate.DRAIN_TIMEOUT_DEFAULT,
        new Health.Http("/ready", Statuses.of("200-299,304"), Optional.of("shop.example")),
        new ContainerTemplate(
            new ContainerProcess(
                List.of("/entry"),
                List.of("serve", "--quiet"),
                Optional.of("1000:33"),
                Optional.of("SIGQUIT")),
            new ServerPort(80, ServerProtocol.H2C),
            Optional.of(256),
            Optional.of(2),
            new ContainerStorage(
                false,
                List.of("/tmp", "/run"),
                List.of(Volume.of("uploads:/var/uploads"), Volume.of("/srv/pages:/pages:ro")),
                List.of(
                    SecretUse.asFile(new SecretName("db-password"), "password").of(3),
                    SecretUse.asVariable(new SecretName("token"), "TOKEN"))),
            List.of("NET_BIND_SERVICE"),
            new TreeMap<>(Map.of("team", "web")),
            Measurer.ENGINE));
  }

  private static URI address(int port) {
    return URI.create("http://127.0.0.1:" + port);
  }
}
