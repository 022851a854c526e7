package io.sluice.provisioner.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.provisioner.Samples;
import io.sluice.provisioner.fleet.Exit;
import io.sluice.provisioner.fleet.Instance;
import io.sluice.provisioner.fleet.Started;
import io.sluice.schemas.event.Actor;
import io.sluice.schemas.event.Direction;
import io.sluice.schemas.event.FleetEvent;
import io.sluice.schemas.event.FleetEvent.BalancerLost;
import io.sluice.schemas.event.FleetEvent.BalancerStarted;
import io.sluice.schemas.event.FleetEvent.CommandFailed;
import io.sluice.schemas.event.FleetEvent.LeaderElected;
import io.sluice.schemas.event.FleetEvent.PolicyChanged;
import io.sluice.schemas.event.FleetEvent.ServerDrained;
import io.sluice.schemas.event.FleetEvent.ServerDraining;
import io.sluice.schemas.event.FleetEvent.ServerExited;
import io.sluice.schemas.event.FleetEvent.ServerReady;
import io.sluice.schemas.event.FleetEvent.ServerReported;
import io.sluice.schemas.event.FleetEvent.ServerStarted;
import io.sluice.schemas.event.FleetEvent.ServerStopped;
import io.sluice.schemas.event.FleetEvent.TemplateChanged;
import io.sluice.schemas.event.FleetEvent.ZoneDeclared;
import io.sluice.schemas.event.JournalRecord;
import io.sluice.schemas.id.CommandId;
import io.sluice.schemas.id.Epoch;
import io.sluice.schemas.id.MonitorId;
import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.metric.Metric;
import io.sluice.schemas.policy.ContainerTemplate;
import io.sluice.schemas.policy.ServerTemplate;
import io.sluice.schemas.policy.ZonePolicy;
import io.sluice.schemas.time.Ticks;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/**
 * Whatever can be recorded or heard, however little sense it makes: no step throws, and the zone
 * that makes sense is served.
 */
class HostileInputsTest {
  private static final int INPUTS = 120;
  private static final List<ZoneId> ZONES =
      List.of(new ZoneId("zone1"), new ZoneId("zone2"), new ZoneId("zone7"));
  private static final List<String> PATHS =
      List.of("/x?{id}", "//10.0.0.9/x", "/%zz", "/a|b", "/\\", "/health_check", "/^`<>\"");
  private static final List<String> TEXTS =
      List.of("", "%s%d%", "\u0000\u202e", "x".repeat(2_000_000), "{}", "\ud800");
  private static final List<URI> ADDRESSES =
      List.of(
          URI.create("mailto:a"),
          URI.create(""),
          URI.create("http://127.0.0.1:5001"),
          URI.create("//host"),
          URI.create("urn:x:y"));
  private static final List<Duration> DURATIONS =
      List.of(Duration.ofNanos(1), Duration.ofSeconds(Long.MAX_VALUE), Duration.ofDays(40_000));
  private static final List<Instant> TIMES = List.of(Instant.MIN, Instant.MAX, Samples.NOW);
  private static final List<Long> NUMBERS = List.of(1L, 2L, 3L, 999_999_999_999_999_999L);

  @Property(tries = 300)
  void noStepThrows(@ForAll long seed) {
    Random random = new Random(seed);
    Provisioner leader = new Provisioner();
    for (int i = 0; i < INPUTS; i++) {
      Outcome outcome = leader.hear(input(random, i));
      outcome.facts().forEach(fact -> assertThat(fact.toString().length()).isLessThan(500_000));
      if (random.nextInt(10) == 0) {
        leader.set(pick(random, TIMES));
        leader.later(Duration.ZERO);
      }
      if (random.nextInt(4) == 0) {
        leader.set(Samples.NOW);
        leader.readBack();
        leader.later(Duration.ofSeconds(random.nextInt(40)));
      }
    }
    leader.set(Samples.NOW);
    leader.readBack();
    leader.effects.clear();

    ServerId fresh = new ServerId(new ZoneId("zone2"), 777_777);
    int revision = leader.fleet().zone(fresh.zone()).templateRevision() + 1;
    leader.somebodyWrites(set(fresh.zone(), Samples.NOW, revision, ServerTemplate.DEFAULT));
    leader.hear(Inputs.read(1, 5_000, "zone2@5", List.of(fresh.toString()), List.of()));
    assertThat(leader.did()).contains("start " + fresh);
  }

  @Property(tries = 100)
  void aNewLeaderReadsAnyHistory(@ForAll long seed) {
    Random random = new Random(seed);
    List<Input> history = new ArrayList<>();
    for (int i = 0; i < INPUTS; i++) {
      FleetEvent fact = fact(random, pick(random, ZONES));
      history.add(new Input.FactRead(0, new JournalRecord(i, pick(random, TIMES), fact)));
    }

    Recovered recovered = Recovered.NOTHING.and(history);
    TermStart start =
        TermStart.of(
            recovered.journal().fleet(),
            List.of(),
            new MonitorId(1),
            URI.create("http://127.0.0.1:8080"),
            Samples.NOW);
    LeaderTurns turns =
        new LeaderTurns(
            TermSettings.of(start.epoch(), Provisioner.TERMS.zones(), Map.of()),
            Duration.ofSeconds(5),
            recovered,
            Map.of(0, 0L),
            new Moment(new Ticks(0), Samples.NOW));

    LeaderTurns.Turn.GoesOn begun =
        turns.begin(start, recovered, new Moment(new Ticks(0), Samples.NOW));
    assertThat(begun.records()).isTrue();
    assertThat(recovered.unread()).isEmpty();
  }

  private static LoadNews news(Random random, ZoneId zone, String text) {
    Metric metric = new Metric("queue_length");
    return switch (random.nextInt(4)) {
      case 0 -> new LoadNews.Sources(zone, Set.of(metric));
      case 1 -> new LoadNews.Told(zone, metric, random.nextInt(-9, 99), Duration.ZERO, text);
      case 2 -> new LoadNews.Told(zone, metric, Double.NaN, Duration.ofSeconds(15), text);
      default -> new LoadNews.Unknown(zone, metric, text);
    };
  }

  private static Input input(Random random, int offset) {
    ZoneId zone = pick(random, ZONES);
    ServerId server = server(random, pick(random, ZONES));
    String text = pick(random, TEXTS);
    return switch (random.nextInt(16)) {
      case 0, 1, 2, 3 ->
          new Input.FactRead(
              0, new JournalRecord(10_000 + offset, pick(random, TIMES), fact(random, zone)));
      case 4, 5 -> Inputs.read(0, offset, zone + "@" + offset, ids(random), ids(random));
      case 6 ->
          new Input.ServerUp(
              server,
              new Started(pick(random, ADDRESSES), "handle", Optional.of(random.nextInt())));
      case 7 ->
          random.nextBoolean()
              ? new Input.StartFailed(server, text)
              : new Input.NameTaken(server, text);
      case 8 ->
          random.nextBoolean() ? new Input.Answered(server) : new Input.Unanswered(server, text);
      case 9 ->
          random.nextBoolean() ? new Input.Stopped(server) : new Input.StopFailed(server, text);
      case 10 -> {
        Exit exit = new Exit(server, Optional.of(-1), true, text);
        yield random.nextBoolean()
            ? new Input.Exited(exit)
            : new Input.HowEnded(
                server, random.nextBoolean() ? Optional.of(exit) : Optional.empty());
      }
      case 11 ->
          new Input.Listed(
              List.of(new Instance(server, random.nextBoolean())), random.nextBoolean());
      case 12 -> new Input.Reported(server, text);
      case 13 -> new Input.BalancerForeign(zone, text);
      case 14 -> new Input.LoadHeard(news(random, zone, text));
      default -> new Input.Requested(change(random, zone));
    };
  }

  private static Change change(Random random, ZoneId zone) {
    Actor actor = new Actor("somebody");
    return switch (random.nextInt(3)) {
      case 0 -> new Change.SetTemplate(zone, template(random), Optional.empty(), actor);
      case 1 -> new Change.Scale(zone, random.nextInt(), Optional.of(pick(random, TIMES)), actor);
      default -> new Change.Pause(zone, Direction.BOTH, Optional.of(pick(random, TIMES)), actor);
    };
  }

  private static FleetEvent fact(Random random, ZoneId zone) {
    ServerId server = server(random, random.nextInt(5) == 0 ? pick(random, ZONES) : zone);
    CommandId command = new CommandId(zone, random.nextInt(100));
    Instant at = pick(random, TIMES);
    String text = pick(random, TEXTS);
    return switch (random.nextInt(14)) {
      case 0 -> new ZoneDeclared(zone, at, Actor.CONFIGURATION);
      case 1 -> set(zone, at, 1 + random.nextInt(3), template(random));
      case 2 ->
          new ServerStarted(
              zone,
              at,
              server,
              command,
              pick(random, ADDRESSES),
              text,
              new Epoch(random.nextInt(5)),
              Optional.of(random.nextInt()));
      case 3 -> new ServerReady(zone, at, server);
      case 4 -> new ServerReported(zone, at, server, text);
      case 5 -> new ServerExited(zone, at, server, Optional.of(-1), true, text);
      case 6 -> new ServerDraining(zone, at, server, command);
      case 7 -> new ServerDrained(zone, at, server);
      case 8 -> new ServerStopped(zone, at, server, text);
      case 9 -> new CommandFailed(zone, at, command, server, text);
      case 10 -> new BalancerStarted(zone, at, pick(random, ADDRESSES), pick(random, ADDRESSES));
      case 11 -> new BalancerLost(zone, at, text);
      case 12 ->
          new PolicyChanged(zone, at, random.nextInt(), ZonePolicy.DEFAULT, Actor.CONFIGURATION);
      default ->
          new LeaderElected(zone, at, new MonitorId(1), epoch(random), pick(random, ADDRESSES));
    };
  }

  private static Epoch epoch(Random random) {
    return new Epoch(pick(random, List.of(0L, 1L, 4L, 6L, Epoch.MAX, random.nextLong(Epoch.MAX))));
  }

  private static FleetEvent set(ZoneId zone, Instant at, int revision, ServerTemplate template) {
    return new TemplateChanged(zone, at, revision, template, Actor.CONFIGURATION, Optional.empty());
  }

  private static ServerTemplate template(Random random) {
    return new ServerTemplate(
        "image",
        Collections.emptySortedMap(),
        Optional.empty(),
        Optional.empty(),
        pick(random, DURATIONS),
        pick(random, DURATIONS),
        pick(random, PATHS),
        ContainerTemplate.DEFAULT);
  }

  private static List<String> ids(Random random) {
    return IntStream.range(0, random.nextInt(4))
        .mapToObj(one -> server(random, pick(random, ZONES)).toString())
        .toList();
  }

  private static ServerId server(Random random, ZoneId zone) {
    return new ServerId(zone, pick(random, NUMBERS));
  }

  private static <T> T pick(Random random, List<T> list) {
    return list.get(random.nextInt(list.size()));
  }
}
