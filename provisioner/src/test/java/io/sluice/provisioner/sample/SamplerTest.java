package io.sluice.provisioner.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.provisioner.Samples;
import io.sluice.provisioner.fleet.Exit;
import io.sluice.provisioner.fleet.FleetException;
import io.sluice.provisioner.fleet.Listing;
import io.sluice.provisioner.fleet.Sample;
import io.sluice.provisioner.fleet.ServerFleet;
import io.sluice.provisioner.fleet.ServerSpec;
import io.sluice.provisioner.fleet.Started;
import io.sluice.provisioner.leadership.LeaderTask;
import io.sluice.provisioner.leadership.LeadershipState;
import io.sluice.provisioner.plan.Input;
import io.sluice.provisioner.plan.JournalState;
import io.sluice.provisioner.plan.SettledStarts;
import io.sluice.schemas.codec.Decoded;
import io.sluice.schemas.event.Actor;
import io.sluice.schemas.event.FleetEvent;
import io.sluice.schemas.event.JournalRecord;
import io.sluice.schemas.fleet.Fleet;
import io.sluice.schemas.fleet.ServerState;
import io.sluice.schemas.id.Epoch;
import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.metric.HealthStatus;
import io.sluice.schemas.metric.Measurer;
import io.sluice.schemas.metric.Metric;
import io.sluice.schemas.metric.ServerMetrics;
import io.sluice.schemas.policy.ContainerTemplate;
import io.sluice.schemas.policy.ServerTemplate;
import io.sluice.schemas.supervision.Halt;
import io.sluice.schemas.supervision.LoopState;
import io.sluice.schemas.supervision.Loops;
import io.sluice.schemas.topic.Topics;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

class SamplerTest {
  private static final ServerId ONE = ServerId.of("zone1-1");
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final MockProducer<byte[], byte[]> kafka =
      new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
  private final MeasuringFleet fleet = new MeasuringFleet();
  private final FixedTerm term = new FixedTerm();
  private final Loops loops = new Loops(Halt.ofProcess());

  @Test
  void onlyReadyServersOfZonesThatTheEngineMeasuresAreMeasured() {
    Fleet view =
        measuredByEngine(
            Samples.fleet(
                Samples.life("zone1-1", ServerState.READY),
                Samples.life("zone1-2", ServerState.STARTING),
                Samples.life("zone1-3", ServerState.DRAINING),
                Samples.life("zone1-4", ServerState.DEAD),
                Samples.life("zone2-1", ServerState.READY)),
            "zone1");

    assertThat(Sampler.measured(view)).containsExactly(ONE);
  }

  @Test
  void whatIsMeasuredIsWrittenAsMetricsOfTheServerAndSaysWhoMeasured() {
    term.fleet =
        measuredByEngine(Samples.fleet(Samples.life("zone1-1", ServerState.READY)), "zone1");

    try (LeaderTask.Ongoing sampling = new Sampler(fleet, () -> kafka, loops).begin(term)) {
      await().atMost(PATIENCE).until(() -> fleet.open.containsKey(ONE));
      fleet.tell(ONE, 42);
      assertThat(sampling).isNotNull();
    }

    assertThat(kafka.history()).hasSize(1);
    assertThat(kafka.history().getFirst().topic()).isEqualTo("metrics");
    assertThat(Topics.METRICS.value().decode(kafka.history().getFirst().value()))
        .isEqualTo(
            new Decoded.Value<>(
                new ServerMetrics(
                    ONE,
                    Samples.NOW,
                    HealthStatus.HEALTHY,
                    new TreeMap<>(Map.of(Metric.CPU, 42.0)),
                    Optional.of(Measurer.ENGINE))));
    assertThat(kafka.closed()).isTrue();
    assertThat(fleet.open).isEmpty();
  }

  @Test
  void aSamplingThatIsOverIsBegunAnewAndOneOfAServerThatIsGoneIsClosed() {
    term.fleet =
        measuredByEngine(Samples.fleet(Samples.life("zone1-1", ServerState.READY)), "zone1");

    try (LeaderTask.Ongoing sampling = new Sampler(fleet, () -> kafka, loops).begin(term)) {
      await().atMost(PATIENCE).until(() -> fleet.open.containsKey(ONE));
      fleet.lose(ONE);
      await().atMost(PATIENCE).until(() -> fleet.open.containsKey(ONE));

      term.fleet = Fleet.EMPTY;
      await().atMost(PATIENCE).until(fleet.open::isEmpty);
      assertThat(sampling).isNotNull();
    }
  }

  @Test
  void aFleetThatNobodyMeasuresNeedsNoKafka() {
    term.fleet = Samples.fleet(Samples.life("zone1-1", ServerState.READY));

    try (LeaderTask.Ongoing sampling =
        new Sampler(
                fleet,
                () -> {
                  throw new AssertionError("nobody is measured");
                },
                loops)
            .begin(term)) {
      assertThat(sampling).isNotNull();
    }

    assertThat(fleet.open).isEmpty();
  }

  /** As of a zone that this monitor's file does not have, or whose engine hangs. */
  @Test
  void aServerThatCannotBeMeasuredKeepsNoneOfTheOthersFromIt() {
    ServerId two = ServerId.of("zone1-2");
    fleet.failing = Set.of(ONE);
    term.fleet =
        measuredByEngine(
            Samples.fleet(
                Samples.life("zone1-1", ServerState.READY),
                Samples.life("zone1-2", ServerState.READY)),
            "zone1");

    try (LeaderTask.Ongoing sampling = new Sampler(fleet, () -> kafka, loops).begin(term)) {
      await().atMost(PATIENCE).until(() -> fleet.open.containsKey(two));
      assertThat(loops.states()).allMatch(LoopState::up);

      fleet.failing = Set.of();
      await().atMost(PATIENCE).until(() -> fleet.open.containsKey(ONE));
      assertThat(sampling).isNotNull();
    }
  }

  @Test
  void aKafkaThatCannotBeHadAtFirstIsTriedAgain() {
    AtomicInteger tries = new AtomicInteger();
    term.fleet =
        measuredByEngine(Samples.fleet(Samples.life("zone1-1", ServerState.READY)), "zone1");

    try (LeaderTask.Ongoing sampling =
        new Sampler(
                fleet,
                () -> {
                  if (tries.incrementAndGet() < 3) {
                    throw new KafkaException("no such host");
                  }
                  return kafka;
                },
                loops)
            .begin(term)) {
      await().atMost(PATIENCE).until(() -> fleet.open.containsKey(ONE));
      assertThat(sampling).isNotNull();
    }
    assertThat(tries).hasValue(3);
  }

  private static Fleet measuredByEngine(Fleet fleet, String zone) {
    ContainerTemplate usual = ContainerTemplate.DEFAULT;
    ServerTemplate template =
        new ServerTemplate(
            "web",
            new TreeMap<>(),
            Optional.empty(),
            Optional.empty(),
            Duration.ofSeconds(1),
            Duration.ofSeconds(1),
            "/",
            new ContainerTemplate(
                usual.process(),
                usual.serving(),
                usual.pids(),
                usual.gpus(),
                usual.storage(),
                List.of(),
                usual.labels(),
                Measurer.ENGINE));
    return fleet.apply(
        new JournalRecord(
            0,
            Samples.NOW,
            new FleetEvent.TemplateChanged(
                new ZoneId(zone),
                Samples.NOW,
                2,
                template,
                Actor.CONFIGURATION,
                Optional.empty())));
  }

  /** A term in which nothing happens. */
  private static final class FixedTerm implements LeaderTask.LeaderContext {
    private volatile Fleet fleet = Fleet.EMPTY;

    @Override
    public Epoch epoch() {
      return new Epoch(1);
    }

    @Override
    public boolean turning() {
      return true;
    }

    @Override
    public void post(Input input) {
      throw new AssertionError("a sampler has nothing to tell the leader: " + input);
    }

    @Override
    public LeadershipState state() {
      return new LeadershipState(
          Optional.of(new Epoch(1)),
          "",
          Map.of(),
          new JournalState(fleet, SettledStarts.NONE),
          fleet,
          Optional.empty());
    }
  }

  /** A fleet whose measurements the test makes up. */
  private static final class MeasuringFleet implements ServerFleet {
    private final Map<ServerId, Consumer<Sample>> open = new ConcurrentHashMap<>();
    private volatile Set<ServerId> failing = Set.of();

    void tell(ServerId server, double cpu) {
      Objects.requireNonNull(open.get(server), "a server that is measured")
          .accept(new Sample(server, Samples.NOW, new TreeMap<>(Map.of(Metric.CPU, cpu))));
    }

    void lose(ServerId server) {
      open.remove(server);
    }

    @Override
    public Sampling sample(ServerId server, Consumer<Sample> listener) {
      if (failing.contains(server)) {
        throw new FleetException("zone zone1: expected an engine for it in the configuration");
      }
      open.put(server, listener);
      return new Sampling() {
        @Override
        public boolean isOver() {
          return !open.containsKey(server);
        }

        @Override
        public void close() {
          open.remove(server);
        }
      };
    }

    @Override
    public Started start(ServerSpec spec) {
      return new Started(URI.create("http://127.0.0.1:1"), "1", Optional.empty());
    }

    @Override
    public void stop(ServerId server, Duration grace) {}

    @Override
    public Listing list() {
      return Listing.of(List.of());
    }

    @Override
    public Watch watch(Consumer<Exit> listener) {
      return () -> {};
    }

    @Override
    public void close() {}
  }
}
