package io.sluice.compose.failover;

import static io.sluice.schemas.topic.Topics.SCALE_COMMANDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.sluice.compose.cluster.EmbeddedBroker;
import io.sluice.compose.cluster.FreePorts;
import io.sluice.compose.cluster.Ports;
import io.sluice.compose.kafka.Entry;
import io.sluice.compose.kafka.TopicReader;
import io.sluice.compose.kafka.TopicSetup;
import io.sluice.provisioner.elector.KafkaLeadershipTopic;
import io.sluice.provisioner.elector.LeadershipTopic;
import io.sluice.provisioner.fleet.Exit;
import io.sluice.provisioner.fleet.Instance;
import io.sluice.provisioner.fleet.Listing;
import io.sluice.provisioner.fleet.ServerFleet;
import io.sluice.provisioner.fleet.ServerSpec;
import io.sluice.provisioner.fleet.Started;
import io.sluice.provisioner.leadership.JournalFollower;
import io.sluice.provisioner.leadership.KafkaLeaderLog;
import io.sluice.provisioner.leadership.KafkaLeaderLogs;
import io.sluice.provisioner.leadership.KafkaSettings;
import io.sluice.provisioner.leadership.LeaderLog;
import io.sluice.provisioner.leadership.Leadership;
import io.sluice.provisioner.leadership.LeadershipLostException;
import io.sluice.provisioner.leadership.LeadershipSettings;
import io.sluice.provisioner.plan.Input;
import io.sluice.provisioner.plan.TermStart;
import io.sluice.provisioner.snapshot.Snapshot;
import io.sluice.provisioner.snapshot.Snapshots;
import io.sluice.schemas.command.Evidence;
import io.sluice.schemas.command.Reason;
import io.sluice.schemas.command.ReasonCode;
import io.sluice.schemas.command.ScaleCommand;
import io.sluice.schemas.config.KafkaAccess;
import io.sluice.schemas.event.FleetEvent;
import io.sluice.schemas.event.FleetEvent.RequestsWaiting;
import io.sluice.schemas.event.FleetEvent.ServerStarted;
import io.sluice.schemas.event.FleetEvent.ServerStopped;
import io.sluice.schemas.fleet.Server;
import io.sluice.schemas.fleet.ServerState;
import io.sluice.schemas.id.CommandId;
import io.sluice.schemas.id.MonitorId;
import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.policy.ServerTemplate;
import io.sluice.schemas.policy.ZonePolicy;
import io.sluice.schemas.supervision.Loops;
import io.sluice.schemas.topic.Topics;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a leader reads and records, on a real broker. */
class LeaderLogIT {
  private static final ZoneId ZONE = new ZoneId("zone1");
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int PARTITIONS = 3;

  /** Nobody answers for these servers, and the test may take a while. */
  private static final ServerTemplate PATIENT =
      new ServerTemplate(
          "image",
          Collections.emptySortedMap(),
          Optional.empty(),
          Optional.empty(),
          Duration.ofHours(1),
          Duration.ofHours(1));

  private final RecordedFleet fleet = new RecordedFleet();
  private EmbeddedBroker broker;

  @BeforeEach
  void start(@TempDir Path data) {
    Ports ports = FreePorts.find();
    broker = EmbeddedBroker.start("127.0.0.1", ports.kafka(), ports.kafkaController(), data);
    TopicSetup.ensure(KafkaAccess.at(broker.bootstrap()), List.of(ZONE), PARTITIONS, 1);
  }

  @AfterEach
  void stop() {
    broker.close();
  }

  /** Deleted here; a broker also lets the offsets of a group expire of which no member was seen. */
  @Test
  void offsetsThatAreLostStartNothingTwiceAndStopNothingThatIsToLive() throws Exception {
    try (Leadership first = leading(1)) {
      command(0, List.of(1L, 2L, 3L), List.of());
      awaitServers(first, Set.of(1L, 2L, 3L));
      command(1, List.of(4L), List.of());
      awaitServers(first, Set.of(1L, 2L, 3L, 4L));
      fleet.kill(ZONE.server(2));
      command(2, List.of(5L), List.of(2L));
      awaitServers(first, Set.of(1L, 3L, 4L, 5L));
    }
    List<String> before = told();

    try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrap()))) {
      admin.deleteConsumerGroups(List.of(KafkaSettings.NAME_DEFAULT)).all().get();
    }
    try (Leadership second = leading(2)) {
      command(3, List.of(6L), List.of());
      awaitServers(second, Set.of(1L, 3L, 4L, 5L, 6L));
    }

    assertThat(fleet.begun)
        .containsExactlyInAnyOrderElementsOf(
            LongStream.rangeClosed(1, 6).mapToObj(ZONE::server).toList());
    assertThat(fleet.stopped).containsExactly(ZONE.server(2));
    List<String> after = told();
    assertThat(after.subList(before.size(), after.size()))
        .containsExactly("started " + ZONE.server(6));
    carriesOutWhatAnEarlierReleasePassedOver();
  }

  /** What it could not read; and nothing else is done again. */
  private void carriesOutWhatAnEarlierReleasePassedOver() throws Exception {
    List<String> before = told();
    command(4, List.of(7L), List.of(6L));
    passOverAllCommands();
    try (Leadership third = leading(3)) {
      awaitServers(third, Set.of(1L, 3L, 4L, 5L, 6L, 7L));
      await()
          .atMost(PATIENCE)
          .until(() ->
              third.state().fleet().server(ZONE.server(6)).map(Server::state).stream()
                  .allMatch(ServerState.DRAINING::equals));
    }
    assertThat(told().subList(before.size(), told().size()))
        .containsExactly("started " + ZONE.server(7));
  }

  /** As a release does that says nothing beside its offsets. */
  private void passOverAllCommands() throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrap()))) {
      Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
      for (int partition = 0; partition < PARTITIONS; partition++) {
        ends.put(new TopicPartition(Topics.SCALE_COMMANDS.name(), partition), OffsetSpec.latest());
      }
      Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
      admin
          .listOffsets(ends)
          .all()
          .get()
          .forEach((partition, end) -> offsets.put(partition, new OffsetAndMetadata(end.offset())));
      admin.alterConsumerGroupOffsets(KafkaSettings.NAME_DEFAULT, offsets).all().get();
    }
  }

  /** Each wakes the next poll, which would else throw before it looks at what was fetched. */
  @Test
  void aLeaderThatIsWokenAtEveryTurnReadsOnNevertheless() throws Exception {
    try (LeaderLog log = KafkaLeaderLog.connect(settings(1))) {
      LeaderLog.Opening opening = log.open();
      log.readFrom(Map.of(), opening.commands());
      for (long number = 1; number <= 20; number++) {
        command(number, List.of(number), List.of());
      }

      List<Input> read = new ArrayList<>();
      await()
          .atMost(PATIENCE)
          .until(() -> {
            log.wakeUp();
            read.addAll(log.poll(Duration.ofMillis(100), Set.of()).inputs());
            log.wakeUp();
            return log.journalPositions().size() == PARTITIONS && read.size() == 20;
          });
      assertThat(log.commandsRead()).isTrue();
    }
  }

  /**
   * Whatever its state was drawn from is gone: facts about it must not stand in another journal.
   */
  @Test
  void aTermEndsWhenItsJournalIsReplacedAndHeartbeatsGoOnInATopicThatIsMadeAgain()
      throws Exception {
    KafkaLeadershipTopic signs = new KafkaLeadershipTopic(settings(1));
    LeaderLog.Entry entry =
        new LeaderLog.Entry(
            List.of(new RequestsWaiting(ZONE, Instant.now(), 0)), Map.of(), List.of());
    try (LeaderLog log = KafkaLeaderLog.connect(settings(1));
        Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrap()))) {
      LeaderLog.Opening opening = log.open();
      log.readFrom(Map.of(), opening.commands());
      log.record(entry);
      List<Input> read = new ArrayList<>();
      await()
          .atMost(PATIENCE)
          .until(() -> {
            read.addAll(log.poll(Duration.ofMillis(100), Set.of()).inputs());
            return read.size() == 1;
          });

      delete(admin, List.of(Topics.JOURNAL.name(), Topics.LEADERSHIP.name()));
      await()
          .atMost(PATIENCE)
          .untilAsserted(() ->
              assertThatThrownBy(() -> signs.read().close())
                  .isInstanceOf(UnknownTopicOrPartitionException.class));
      NewTopic journal = new NewTopic(Topics.JOURNAL.name(), PARTITIONS, (short) 1);
      admin.createTopics(List.of(journal)).all().get();

      await()
          .atMost(PATIENCE)
          .untilAsserted(() ->
              assertThatThrownBy(() -> log.poll(Duration.ofMillis(100), Set.of()))
                  .isInstanceOf(LeadershipLostException.class)
                  .hasMessageContaining("the journal is another one"));
      signs.restore();
      await().atMost(PATIENCE).ignoreExceptions().until(() -> answers(signs));
    }
  }

  private static boolean answers(LeadershipTopic signs) {
    try (LeadershipTopic.Reader reader = signs.read()) {
      reader.contact();
      return true;
    }
  }

  private static void delete(Admin admin, List<String> topics) throws Exception {
    admin.deleteTopics(topics).all().get();
    await()
        .atMost(PATIENCE)
        .until(() -> admin.listTopics().names().get().stream().noneMatch(topics::contains));
  }

  @Test
  void whoIsConnectedAheadFencesNobodyBeforeItTakesOffice() {
    LeaderLog.Entry entry =
        new LeaderLog.Entry(
            List.of(new RequestsWaiting(ZONE, Instant.now(), 0)), Map.of(), List.of());
    try (Loops loops = loops();
        LeaderLog first = KafkaLeaderLog.connect(settings(1))) {
      KafkaLeaderLogs next = new KafkaLeaderLogs(settings(2), loops);
      first.open();
      next.start();
      await().atMost(PATIENCE).until(next::ready);

      assertThat(first.record(entry)).hasSize(1);
      try (LeaderLog second = next.connect()) {
        second.open();

        assertThatThrownBy(() -> first.record(entry))
            .isInstanceOfSatisfying(
                LeadershipLostException.class, lost -> assertThat(lost.fenced()).isTrue());
        assertThat(second.record(entry)).hasSize(1);
      }
    }
  }

  @Test
  void aFollowerWhoseStoreThrowsSaysSoAndFollowsWhenItDoesNotAnyMore() {
    AtomicBoolean broken = new AtomicBoolean(true);
    try (Loops loops = loops();
        JournalFollower follower =
            new JournalFollower(settings(2), new BreakableSnapshots(broken), loops)) {
      follower.start();
      await()
          .atMost(PATIENCE)
          .until(() ->
              loops.states().stream()
                  .anyMatch(loop -> !loop.running() && loop.lastFailure().isPresent()));
      assertThat(follower.trouble()).isPresent();

      broken.set(false);
      try (Leadership leader = leading(1)) {
        await()
            .atMost(PATIENCE)
            .until(() ->
                follower.trouble().isEmpty()
                    && follower.state().fleet().epoch().equals(leader.state().fleet().epoch()));
      }
    }
  }

  private KafkaSettings settings(int monitor) {
    return new KafkaSettings(
        KafkaAccess.at(broker.bootstrap()),
        KafkaSettings.NAME_DEFAULT,
        new MonitorId(monitor),
        Duration.ofSeconds(5));
  }

  private static Loops loops() {
    return new Loops((loop, cause) -> {
      throw new AssertionError(loop + " can't go on", cause);
    });
  }

  private Leadership leading(int monitor) {
    LeadershipSettings settings =
        new LeadershipSettings(
            new MonitorId(monitor),
            URI.create("http://127.0.0.1:8080"),
            List.of(new TermStart.Declaration(ZONE, ZonePolicy.DEFAULT, PATIENT)),
            true,
            Map.of(),
            Duration.ofSeconds(5),
            Duration.ofSeconds(1),
            Duration.ofSeconds(1));
    Leadership leadership =
        new Leadership(
            settings,
            () -> KafkaLeaderLog.connect(settings(monitor)),
            Leadership.Means.of(fleet, Snapshots.NONE),
            List.of(),
            loops());
    leadership.start(Leadership.Listener.NOBODY);
    leadership.take(1);
    await().atMost(PATIENCE).until(() -> leadership.state().leads());
    return leadership;
  }

  private static void awaitServers(Leadership leadership, Set<Long> numbers) {
    await()
        .atMost(PATIENCE)
        .until(() ->
            leadership.state().fleet().zone(ZONE).servers().keySet().stream()
                .map(ServerId::number)
                .toList()
                .equals(numbers.stream().sorted().toList()));
  }

  private void command(long cause, List<Long> start, List<Long> stop)
      throws ExecutionException, InterruptedException {
    ScaleCommand command =
        new ScaleCommand(
            new CommandId(ZONE, cause),
            ZONE,
            Instant.EPOCH,
            "load-observed",
            1,
            0,
            start.size(),
            start.stream().map(ZONE::server).toList(),
            stop.stream().map(ZONE::server).toList(),
            new Reason(ReasonCode.POLICY, "because"),
            Evidence.NONE,
            false,
            1);
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", broker.bootstrap()),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      producer
          .send(
              new ProducerRecord<>(
                  SCALE_COMMANDS.name(),
                  SCALE_COMMANDS.key().encode(ZONE),
                  SCALE_COMMANDS.value().encode(command)))
          .get();
    }
  }

  /** The journal's starts and stops, in their order. */
  private List<String> told() {
    try (TopicReader<FleetEvent> journal =
        new TopicReader<>(
            KafkaAccess.at(broker.bootstrap()),
            Topics.JOURNAL,
            problem -> {
              throw new AssertionError(problem);
            })) {
      List<String> told = new ArrayList<>();
      for (Entry<FleetEvent> entry : journal.toEnd()) {
        switch (entry.value()) {
          case ServerStarted started -> told.add("started " + started.server());
          case ServerStopped stopped -> told.add("stopped " + stopped.server());
          default -> {}
        }
      }
      return told;
    }
  }

  /** A store that holds nothing, and throws as long as it is broken. */
  private record BreakableSnapshots(AtomicBoolean broken) implements Snapshots {
    @Override
    public Optional<Snapshot> load() {
      if (broken.get()) {
        throw new IllegalStateException("a store that is broken");
      }
      return Optional.empty();
    }

    @Override
    public boolean save(Snapshot snapshot) {
      return false;
    }

    @Override
    public void discard() {}

    @Override
    public Optional<String> trouble() {
      return Optional.empty();
    }

    @Override
    public void close() {}
  }

  /** A fleet in memory whose servers never answer, and that keeps count. */
  private static final class RecordedFleet implements ServerFleet {
    private final Set<ServerId> running = ConcurrentHashMap.newKeySet();
    private final List<ServerId> begun = new CopyOnWriteArrayList<>();
    private final List<ServerId> stopped = new CopyOnWriteArrayList<>();

    void kill(ServerId server) {
      running.remove(server);
    }

    @Override
    public Started start(ServerSpec spec) {
      if (running.add(spec.server())) {
        begun.add(spec.server());
      }
      return new Started(
          URI.create("http://127.0.0.1:1"), "handle", Optional.of(spec.templateRevision()));
    }

    @Override
    public void stop(ServerId server, Duration grace) {
      running.remove(server);
      stopped.add(server);
    }

    @Override
    public Listing list() {
      return Listing.of(running.stream().map(server -> new Instance(server, true)).toList());
    }

    @Override
    public Watch watch(Consumer<Exit> listener) {
      return () -> {};
    }

    @Override
    public void close() {}
  }
}
