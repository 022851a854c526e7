package io.sluice.topology.audit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.sluice.schemas.command.ScaleCommand;
import io.sluice.schemas.event.Actor;
import io.sluice.schemas.event.Condition;
import io.sluice.schemas.event.ConditionKind;
import io.sluice.schemas.event.Direction;
import io.sluice.schemas.event.FleetEvent;
import io.sluice.schemas.event.JournalRecord;
import io.sluice.schemas.fleet.Fleet;
import io.sluice.schemas.fleet.Zone;
import io.sluice.schemas.id.CommandId;
import io.sluice.schemas.id.Epoch;
import io.sluice.schemas.id.MonitorId;
import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.metric.Metric;
import io.sluice.schemas.policy.Cron;
import io.sluice.schemas.policy.Limits;
import io.sluice.schemas.policy.ScalingRule;
import io.sluice.schemas.policy.ServerTemplate;
import io.sluice.schemas.policy.Victims;
import io.sluice.schemas.policy.ZonePolicy;
import io.sluice.schemas.topic.Topics;
import io.sluice.topology.decide.Decide;
import io.sluice.topology.decide.Decision;
import io.sluice.topology.decide.Evaluation;
import io.sluice.topology.decide.ZoneState;
import io.sluice.topology.observe.ZoneWindow;
import io.sluice.topology.project.Membership;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/**
 * Whatever a journal holds, no step over it throws. The histories are arbitrary: any fact with any
 * value that its type allows, at any time of the broker's clock, for servers of any number and
 * other zones' too. A seed determines a history.
 */
class HostileHistoryPropertyTest {
  private static final ZoneId ZONE = new ZoneId("zone1");
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final Schema COMMANDS = schema();

  private static final double[] FIGURES = {
    0,
    -1,
    -1e308,
    1e308,
    Double.MAX_VALUE,
    -Double.MAX_VALUE,
    Double.MIN_VALUE,
    50,
    99.5,
    1e15,
    Double.NaN,
    Double.POSITIVE_INFINITY,
    Double.NEGATIVE_INFINITY
  };
  private static final int[] COUNTS = {
    0, 1, 2, 3, 7, -1, Integer.MAX_VALUE, Integer.MIN_VALUE, 4_999
  };
  private static final long[] NUMBERS = {
    1, 2, 3, 4, 5, 6, 7, 1_000, Integer.MAX_VALUE, ServerId.NUMBER_MAX, ServerId.NUMBER_MAX / 10
  };
  private static final Duration[] STEPS = {
    Duration.ZERO,
    Duration.ofMillis(1),
    Duration.ofSeconds(1),
    Duration.ofSeconds(1),
    Duration.ofSeconds(-1),
    Duration.ofSeconds(-11),
    Duration.ofHours(1),
    Duration.ofHours(-1),
    Duration.ofDays(36_500),
    Duration.ofDays(-36_500)
  };
  private static final Instant[] MOMENTS = {
    START, Instant.EPOCH, Instant.MIN, Instant.MAX, START.plusSeconds(30), START.minusSeconds(1)
  };

  @Property(tries = 300)
  void noStepThrowsAndEveryCommandIsOne(@ForAll long seed) {
    List<JournalRecord> journal = journal(seed);
    ZoneState state = ZoneState.unknown(ZONE);
    Zone zone = Zone.unknown(ZONE);
    Fleet fleet = Fleet.EMPTY;
    ZoneWindow window = new ZoneWindow(zone, 0);
    for (JournalRecord entry : journal) {
      Evaluation evaluation = Decide.evaluate(state, entry);
      assertThat(evaluation.reason().sentence()).isNotBlank();
      assertThat(evaluation.evidence()).isNotNull();
      Decision decision = evaluation.decision();
      assertThat(Membership.changes(state.zone(), decision.after().zone())).isNotNull();
      state = decision.after();
      zone = zone.apply(entry);
      fleet = fleet.apply(entry);
      decision.command().ifPresent(HostileHistoryPropertyTest::isOne);
      window.observe(state.zone(), entry.time(), entry.offset());
      assertThat(state.nextNumber()).isBetween(1L, ServerId.NUMBER_MAX - Decide.SERVERS_AT_ONCE);
    }
  }

  @Property(tries = 100)
  void auditExplanationAndReplayTellSomething(@ForAll long seed) {
    Tape tape = new Tape();
    for (JournalRecord entry : journal(seed)) {
      tape.tell(entry.time(), entry.event());
    }

    assertThat(Audit.of(tape, true)).isNotNull();
    assertThat(Replay.at(tape, START.plusSeconds(10))).isNotNull();
    assertThat(Explaining.at(tape, ZONE, START.plusSeconds(10))).isNotNull();
    if (!tape.commands.isEmpty()) {
      assertThat(Explaining.at(tape, tape.command(0).id())).isNotNull();
    }
  }

  private static void isOne(ScaleCommand command) {
    String text = new String(Topics.SCALE_COMMANDS.value().encode(command), UTF_8);
    assertThat(COMMANDS.validate(text, InputFormat.JSON)).as(text).isEmpty();
    assertThat(command.start()).hasSizeLessThanOrEqualTo(Decide.SERVERS_AT_ONCE);
    assertThat(command.to()).isBetween(0, ZonePolicy.SERVERS_LIMIT);
  }

  private static List<JournalRecord> journal(long seed) {
    Random random = new Random(seed);
    List<JournalRecord> journal = new ArrayList<>();
    Instant time = START;
    if (random.nextInt(5) > 0) {
      journal.add(new JournalRecord(0, time, new FleetEvent.ZoneDeclared(ZONE, time, actor())));
      journal.add(
          new JournalRecord(
              1, time, new FleetEvent.PolicyChanged(ZONE, time, 1, policy(random), actor())));
    }
    for (int i = 0; i < 60; i++) {
      time = time.plus(STEPS[random.nextInt(STEPS.length)]);
      journal.add(new JournalRecord(journal.size(), time, read(fact(random))));
    }
    return journal;
  }

  /** As a reader gets it: through its bytes, if they can be written and read. */
  private static FleetEvent read(FleetEvent fact) {
    return Topics.FLEET_EVENT.decode(Topics.FLEET_EVENT.encode(fact))
            instanceof io.sluice.schemas.codec.Decoded.Value<FleetEvent>(FleetEvent value)
        ? value
        : new FleetEvent.ZoneDeclared(ZONE, START, actor());
  }

  private static FleetEvent fact(Random random) {
    Instant at = pick(random, MOMENTS);
    ServerId server = server(random);
    Optional<Instant> until = random.nextBoolean() ? Optional.of(at) : Optional.empty();
    int count = COUNTS[random.nextInt(COUNTS.length)];
    String text = random.nextInt(20) == 0 ? "x".repeat(100_000) : "text\u0000\ud800";
    return switch (random.nextInt(22)) {
      case 0, 1, 2, 3, 4 -> observed(random, at, count);
      case 5 -> started(random, at, server, text);
      case 6 -> new FleetEvent.ServerReady(ZONE, at, server);
      case 7 -> new FleetEvent.ServerReported(ZONE, at, server, text);
      case 8 -> new FleetEvent.ServerExited(ZONE, at, server, Optional.of(count), count > 1, text);
      case 9 -> new FleetEvent.ServerDraining(ZONE, at, server, command(random));
      case 10 -> new FleetEvent.ServerDrained(ZONE, at, server);
      case 11 -> new FleetEvent.ServerStopped(ZONE, at, server, text);
      case 12 -> new FleetEvent.CommandFailed(ZONE, at, command(random), server, text);
      case 13, 14 -> new FleetEvent.ManualScaleRequested(ZONE, at, count, until, actor());
      case 15 ->
          random.nextBoolean()
              ? new FleetEvent.ScalingPaused(ZONE, at, direction(random), until, actor())
              : new FleetEvent.ScalingResumed(ZONE, at, direction(random), actor());
      case 16 ->
          new FleetEvent.PolicyChanged(ZONE, at, Math.floorMod(count, 4), policy(random), actor());
      default -> other(random, at, server, text);
    };
  }

  private static FleetEvent other(Random random, Instant at, ServerId server, String text) {
    return switch (random.nextInt(5)) {
      case 0 ->
          new FleetEvent.TemplateChanged(
              ZONE, at, 1 + random.nextInt(3), template(random), actor(), Optional.of(text));
      case 1 -> new FleetEvent.RequestsWaiting(ZONE, at, COUNTS[random.nextInt(COUNTS.length)]);
      case 2 ->
          new FleetEvent.LeaderElected(
              ZONE, at, new MonitorId(1), new Epoch(1 + random.nextInt(9)), URI.create("x:y"));
      case 3 ->
          random.nextBoolean()
              ? new FleetEvent.BalancerStarted(ZONE, at, URI.create(""), URI.create("http://[::1]"))
              : new FleetEvent.BalancerLost(ZONE, at, text);
      default ->
          random.nextBoolean()
              ? new FleetEvent.ConditionRaised(
                  ZONE,
                  at,
                  new Condition(
                      ConditionKind.SERVER_STUCK,
                      Optional.of(server),
                      text,
                      Optional.empty(),
                      text))
              : new FleetEvent.ConditionCleared(
                  ZONE, at, ConditionKind.SERVER_STUCK, Optional.of(server));
    };
  }

  private static FleetEvent started(Random random, Instant at, ServerId server, String text) {
    URI[] addresses = {
      URI.create("http://127.0.0.1:5001"), URI.create("http://my_host:80"), URI.create("nothing")
    };
    return new FleetEvent.ServerStarted(
        ZONE, at, server, command(random), pick(random, addresses), text, new Epoch(1));
  }

  private static FleetEvent observed(Random random, Instant at, int count) {
    SortedMap<Metric, Double> load = new TreeMap<>();
    for (Metric metric : List.of(Metric.CPU, Metric.IN_FLIGHT, new Metric("backlog"))) {
      if (random.nextInt(4) > 0) {
        load.put(metric, FIGURES[random.nextInt(FIGURES.length)]);
      }
    }
    List<ServerId> some = random.nextBoolean() ? List.of(server(random)) : List.of();
    return new FleetEvent.LoadObserved(
        ZONE, at, Duration.ofSeconds(count), load, count, some, some, some);
  }

  private static ServerId server(Random random) {
    long number = NUMBERS[random.nextInt(NUMBERS.length)];
    return random.nextInt(10) == 0 ? new ZoneId("other").server(number) : ZONE.server(number);
  }

  private static CommandId command(Random random) {
    return new CommandId(ZONE, random.nextInt(60));
  }

  private static Direction direction(Random random) {
    return pick(random, Direction.values());
  }

  private static Actor actor() {
    return new Actor("somebody");
  }

  private static ServerTemplate template(Random random) {
    return random.nextBoolean()
        ? ServerTemplate.DEFAULT
        : ServerTemplate.DEFAULT.withEnvironment(Map.of("A", Integer.toString(random.nextInt(3))));
  }

  private static ZonePolicy policy(Random random) {
    int max = pick(random, new Integer[] {1, 3, 50, 20_000, ZonePolicy.SERVERS_RECORDED_MAX});
    int min = random.nextBoolean() ? 0 : Math.min(max, 2);
    List<ScalingRule> rules = new ArrayList<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      rules.add(rule(random));
    }
    return new ZonePolicy(
        min,
        max,
        ZonePolicy.WINDOW_DEFAULT,
        rules,
        random.nextBoolean() ? Limits.NONE : Limits.DEFAULT,
        pick(random, Victims.values()),
        random.nextInt(6) == 0);
  }

  private static ScalingRule rule(Random random) {
    Metric metric = random.nextBoolean() ? Metric.CPU : new Metric("backlog");
    return switch (random.nextInt(5)) {
      case 0 -> new ScalingRule.Threshold(metric, 70, -1e15);
      case 1 -> new ScalingRule.Target(metric, pick(random, new Double[] {1e-9, 60.0, 1e15}), 0.1);
      case 2 ->
          new ScalingRule.Step(
              metric,
              List.of(
                  new ScalingRule.Band(
                      Optional.empty(), Optional.of(0.0), -ScalingRule.Band.CHANGE_LIMIT),
                  new ScalingRule.Band(
                      Optional.of(0.0), Optional.empty(), ScalingRule.Band.CHANGE_LIMIT)));
      case 3 ->
          new ScalingRule.Schedule(
              ZoneOffset.UTC, new Cron("0 8 29 2 *"), new Cron("0 9 29 2 *"), 0, 2);
      default ->
          new ScalingRule.Predictive(
              metric,
              1e-9,
              Duration.ofSeconds(20),
              Duration.ofSeconds(5),
              Duration.ofSeconds(10),
              random.nextBoolean());
    };
  }

  private static <T> T pick(Random random, T[] all) {
    return all[random.nextInt(all.length)];
  }

  private static Schema schema() {
    try (InputStream text =
        HostileHistoryPropertyTest.class.getResourceAsStream(
            "/io/sluice/schemas/scale-command.schema.json")) {
      return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
          .getSchema(new String(text.readAllBytes(), UTF_8), InputFormat.JSON);
    } catch (IOException unreadable) {
      throw new AssertionError(unreadable);
    }
  }
}
