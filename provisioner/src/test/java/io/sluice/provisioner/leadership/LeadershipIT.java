package io.sluice.provisioner.leadership;

import static io.sluice.provisioner.Samples.command;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import io.sluice.provisioner.Samples;
import io.sluice.provisioner.plan.Input;
import io.sluice.provisioner.plan.JournalState;
import io.sluice.provisioner.plan.TermStart;
import io.sluice.provisioner.snapshot.Snapshot;
import io.sluice.schemas.event.FleetEvent;
import io.sluice.schemas.fleet.ServerState;
import io.sluice.schemas.id.Epoch;
import io.sluice.schemas.id.MonitorId;
import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.policy.ZonePolicy;
import io.sluice.schemas.supervision.Halt;
import io.sluice.schemas.supervision.Loops;
import io.sluice.schemas.topic.CloudEvent;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LeadershipIT {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final FakeTopics topics = new FakeTopics();
  private final FakeSnapshots snapshots = new FakeSnapshots();
  private final List<Leadership> opened = new ArrayList<>();
  private final List<Throwable> halts = new CopyOnWriteArrayList<>();
  private final Halt halt = (loop, cause) -> halts.add(cause);
  private HttpServer health;
  private FakeFleet fleet;

  @BeforeEach
  void start() throws IOException {
    health = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    health.createContext(
        "/health_check",
        exchange -> {
          byte[] answer = "ok".getBytes(UTF_8);
          exchange.sendResponseHeaders(200, answer.length);
          exchange.getResponseBody().write(answer);
          exchange.close();
        });
    health.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    health.start();
    fleet = new FakeFleet(URI.create("http://127.0.0.1:" + health.getAddress().getPort()));
  }

  @AfterEach
  void stop() {
    opened.forEach(Leadership::close);
    health.stop(0);
  }

  @Test
  void takesOfficeAndCarriesACommandOut() {
    Leadership office = leading(1);

    topics.command(command("zone1@1", List.of("zone1-1"), List.of()));
    awaitState(office, "zone1-1", ServerState.READY);

    assertThat(types(topics.journal()))
        .containsExactly(
            "zone-declared",
            "policy-changed",
            "template-changed",
            "zone-declared",
            "policy-changed",
            "template-changed",
            "leader-elected",
            "leader-elected",
            "server-started",
            "server-ready");
    LeaderLog.Entry started = transactionWith("server-started");
    assertThat(started.facts()).hasSize(1);
    assertThat(started.commands()).containsEntry(0, 1L);
  }

  @Test
  void aDeposedLeaderRecordsNothingMoreAndFollowsNothingUp() {
    Leadership first = leading(1);
    CountDownLatch latch = fleet.slow("zone1-1");
    topics.command(command("zone1@1", List.of("zone1-1"), List.of()));
    await().atMost(PATIENCE).until(() -> fleet.runs("zone1-1"));

    topics.fence();
    await().atMost(PATIENCE).until(() -> !first.state().leads());
    first.close();
    latch.countDown();

    assertThat(types(topics.journal())).doesNotContain("server-started");
    // It is the next leader's to adopt.
    assertThat(fleet.runs("zone1-1")).isTrue();
    assertThat(topics.commandOffset()).isEqualTo(0);
  }

  @Test
  void theNextLeaderFinishesAHalfDoneCommandByAdoption() {
    Leadership first = leading(1);
    CountDownLatch latch = fleet.slow("zone1-1");
    topics.command(command("zone1@1", List.of("zone1-1"), List.of()));
    await().atMost(PATIENCE).until(() -> fleet.runs("zone1-1"));
    first.close();
    latch.countDown();

    Leadership second = leading(2);
    awaitState(second, "zone1-1", ServerState.READY);

    assertThat(fleet.begun).containsExactly(ServerId.of("zone1-1"));
    assertThat(fleet.asked).hasSize(2);
    assertThat(types(topics.journal())).containsOnlyOnce("server-started", "server-ready");
    assertThat(second.state().term()).contains(new Epoch(2));
  }

  @Test
  void aSlowZoneDoesNotHoldUpAnother() {
    Leadership office = leading(1);
    CountDownLatch latch = fleet.slow("zone1-1");

    topics.command(command("zone1@1", List.of("zone1-1"), List.of()));
    topics.command(command("zone2@1", List.of("zone2-1"), List.of()));
    awaitState(office, "zone2-1", ServerState.READY);
    assertThat(topics.commandOffset()).isZero();
    latch.countDown();
    awaitState(office, "zone1-1", ServerState.READY);

    assertThat(topics.commandOffset()).isEqualTo(2);
  }

  @Test
  void aServerThatCantBeStartedIsACommandFailed() {
    leading(1);
    fleet.impossible("zone1-1");

    topics.command(command("zone1@1", List.of("zone1-1"), List.of()));

    await().atMost(PATIENCE).until(() -> types(topics.journal()).contains("command-failed"));
    assertThat(topics.commandOffset()).isEqualTo(1);
  }

  @Test
  void aKilledServerIsAFactAtOnce() {
    Leadership office = leading(1);
    topics.command(command("zone1@1", List.of("zone1-1"), List.of()));
    awaitState(office, "zone1-1", ServerState.READY);

    fleet.kill("zone1-1");

    awaitState(office, "zone1-1", ServerState.DEAD);
    assertThat(types(topics.journal())).containsOnlyOnce("server-exited");
  }

  @Test
  void aPoisonedCommandGoesToTheDeadLettersAndTheRestGoesOn() {
    Leadership office = leading(1);

    topics.poison();
    topics.command(command("zone1@1", List.of("zone1-1"), List.of()));
    awaitState(office, "zone1-1", ServerState.READY);

    assertThat(topics.transactions().stream().flatMap(entry -> entry.letters().stream()))
        .singleElement()
        .satisfies(letter -> assertThat(letter.header().offset()).isZero());
    assertThat(topics.commandOffset()).isEqualTo(2);
  }

  @Test
  void aReportIsAnsweredOnceItIsRecorded() throws Exception {
    Leadership office = leading(1);
    topics.command(command("zone1@1", List.of("zone1-1"), List.of()));
    awaitState(office, "zone1-1", ServerState.READY);

    office.tell(new Input.Reported(ServerId.of("zone1-1"), "refused")).get();

    assertThat(types(topics.journal())).contains("server-reported");
    office.close();
    assertThat(office.tell(new Input.Reported(ServerId.of("zone1-1"), "refused")))
        .isCompletedExceptionally();
  }

  @Test
  void aBrokerThatGoesAwayAndComesBackHealsByItself() {
    Leadership office = leading(1);

    topics.reachable(false);
    await().atMost(PATIENCE).until(() -> !office.state().leads());
    assertThat(office.state().trouble()).contains("the broker does not answer");
    topics.reachable(true);

    await().atMost(PATIENCE).until(() -> office.state().leads());
    assertThat(office.state().term()).contains(new Epoch(2));
  }

  @Test
  void aServerThatTheJournalDoesNotKnowIsStopped() {
    fleet.runsAlready("zone1-9");

    leading(1);

    await().atMost(PATIENCE).until(() -> !fleet.runs("zone1-9"));
    assertThat(types(topics.journal())).doesNotContain("server-exited", "server-stopped");
  }

  @Test
  void aSnapshotIsTakenAndTheNextLeaderReadsOnlyTheRest() {
    Leadership first = leading(1);
    topics.command(command("zone1@1", List.of("zone1-1"), List.of()));
    awaitState(first, "zone1-1", ServerState.READY);
    first.close();
    Snapshot taken = snapshots.load().orElseThrow();
    assertThat(taken.offsets()).containsEntry(0, (long) topics.journal().size());
    assertThat(taken.fleet()).isEqualTo(first.state().fleet());

    Leadership second = leading(2);

    // The last fact that it has is read once more, and proves that the journal is the same.
    assertThat(topics.readFrom()).containsExactly(0L, SnapshotProof.begin(taken).get(0));
    assertThat(second.state().view().server(ServerId.of("zone1-1"))).isPresent();
  }

  @Test
  void aSnapshotOfAPastThatIsGoneIsNotBelievedOnceTheJournalHasGrownBeyondIt() {
    Leadership first = leading(1);
    topics.command(command("zone1@1", List.of("zone1-1"), List.of()));
    awaitState(first, "zone1-1", ServerState.READY);
    first.close();
    int end = topics.journal().size();
    FleetEvent later =
        new FleetEvent.BalancerStarted(
            new ZoneId("zone1"),
            Samples.NOW,
            URI.create("http://127.0.0.1:1"),
            URI.create("http://127.0.0.1:2"));
    topics.restore(5, Collections.nCopies(end, later));

    Leadership second = leading(2);

    assertThat(topics.readFrom()).containsExactly(0L, end - 1L, 0L);
    assertThat(second.state().view().server(ServerId.of("zone1-1"))).isEmpty();
    assertThat(topics.journal().subList(end + 5, topics.journal().size()))
        .noneMatch(FleetEvent.ServerExited.class::isInstance);
    second.close();
    assertThat(snapshots.load().orElseThrow().fleet()).isEqualTo(second.state().fleet());
  }

  @Test
  void aSnapshotOfAnotherJournalIsNotBelieved() {
    snapshots.save(Snapshot.of("another-journal", new Epoch(8), Map.of(0, 0L), JournalState.EMPTY));
    topics.write(
        new FleetEvent.LeaderElected(
            new ZoneId("zone1"),
            Samples.NOW,
            new MonitorId(9),
            new Epoch(41),
            URI.create("http://127.0.0.1:8080")));

    Leadership office = leading(1);

    assertThat(office.state().term()).contains(new Epoch(42));
    assertThat(topics.readFrom()).containsExactly(0L);
  }

  @Test
  void offsetsThatAreLostStartNothingAndStopNothing() {
    Leadership first = leading(1);
    topics.command(command("zone1@1", List.of("zone1-1", "zone1-2"), List.of()));
    awaitState(first, "zone1-2", ServerState.READY);
    topics.command(command("zone1@2", List.of(), List.of("zone1-1")));
    awaitState(first, "zone1-1", ServerState.DRAINING);
    topics.write(
        new FleetEvent.ServerDrained(new ZoneId("zone1"), Samples.NOW, ServerId.of("zone1-1")));
    await()
        .atMost(PATIENCE)
        .until(() -> first.state().fleet().server(ServerId.of("zone1-1")).isEmpty());
    first.close();
    List<String> before = types(topics.journal());

    topics.loseOffsets();
    Leadership second = leading(2);
    topics.command(command("zone1@3", List.of("zone1-3"), List.of()));
    awaitState(second, "zone1-3", ServerState.READY);

    assertThat(types(topics.journal()).subList(before.size(), topics.journal().size()))
        .containsExactly("leader-elected", "leader-elected", "server-started", "server-ready");
    assertThat(fleet.begun)
        .containsExactlyInAnyOrder(
            ServerId.of("zone1-1"), ServerId.of("zone1-2"), ServerId.of("zone1-3"));
    assertThat(topics.commandOffset()).isEqualTo(3);
  }

  @Test
  void aFleetThatThrowsWhatItShouldNotHasFailedAndLeavesNothingBehind() {
    leading(1);
    fleet.throwing("zone1-1", new NoClassDefFoundError("io/netty/Gone"));

    topics.command(command("zone1@1", List.of("zone1-1"), List.of()));

    await().atMost(PATIENCE).until(() -> types(topics.journal()).contains("command-failed"));
    assertThat(fleet.runs("zone1-1")).isFalse();
    assertThat(halts).isEmpty();
  }

  @Test
  void aProcessThatHasNoMemoryLeftHaltsAfterTheListenerHasHeardThatItLeft() {
    Leadership office = leading(1);
    fleet.throwing("zone1-1", new OutOfMemoryError("Java heap space"));

    topics.command(command("zone1@1", List.of("zone1-1"), List.of()));

    await().atMost(PATIENCE).until(() -> !halts.isEmpty());
    assertThat(office.state().leads()).isFalse();
    assertThat(halts).singleElement().isInstanceOf(VirtualMachineError.class);
  }

  @Test
  void aCompanionThatThrowsIsBegunAgainCostsNoTermAndKeepsNoOtherFromItsEnd() {
    List<String> ended = new CopyOnWriteArrayList<>();
    AtomicInteger begun = new AtomicInteger();
    LeaderTask calm = term -> () -> ended.add("calm");
    LeaderTask angry =
        term -> {
          if (begun.incrementAndGet() <= 2) {
            throw new ExceptionInInitializerError("at the beginning");
          }
          return () -> {
            throw new IllegalStateException("at the end");
          };
        };

    Leadership office = leading(1, List.of(calm, angry));
    await().atMost(PATIENCE).until(() -> begun.get() == 3);
    assertThat(office.state().term()).contains(new Epoch(1));
    office.close();

    assertThat(ended).containsExactly("calm");
    assertThat(office.state().leads()).isFalse();
    assertThat(halts).isEmpty();
  }

  @Test
  void aSlowStartKeepsNoneOfItsSiblingsUnused() {
    Leadership office = leading(1);
    CountDownLatch latch = fleet.slow("zone1-1");

    topics.command(command("zone1@1", List.of("zone1-1", "zone1-2"), List.of()));
    awaitState(office, "zone1-2", ServerState.READY);
    assertThat(office.state().view().server(ServerId.of("zone1-1"))).isEmpty();
    latch.countDown();

    awaitState(office, "zone1-1", ServerState.READY);
  }

  @Test
  void aStoreOfSnapshotsThatBreaksIsAskedAgainAndCostsNoTerm() {
    Leadership office = leading(1);
    snapshots.breakFor(2);

    topics.command(command("zone1@1", List.of("zone1-1"), List.of()));
    awaitState(office, "zone1-1", ServerState.READY);

    await()
        .atMost(PATIENCE)
        .until(() ->
            snapshots
                .load()
                .filter(kept -> kept.fleet().server(ServerId.of("zone1-1")).isPresent())
                .isPresent());
    assertThat(office.state().term()).contains(new Epoch(1));
  }

  @Test
  void postsKeepALeaderFromNothingThatItHasToRead() {
    Leadership office = leading(1);
    AtomicBoolean goesOn = new AtomicBoolean(true);
    Thread.ofVirtual()
        .start(() -> {
          while (goesOn.get()) {
            office.tell(new Input.Reported(ServerId.of("zone1-99"), "refused")).join();
          }
        });

    topics.command(command("zone1@1", List.of("zone1-1"), List.of()));
    awaitState(office, "zone1-1", ServerState.READY);
    goesOn.set(false);
  }

  private Leadership leading(int monitor) {
    return leading(monitor, List.of());
  }

  private Leadership leading(int monitor, List<LeaderTask> further) {
    LeadershipSettings settings =
        new LeadershipSettings(
            new MonitorId(monitor),
            URI.create("http://127.0.0.1:808" + monitor),
            Stream.of("zone1", "zone2")
                .map(ZoneId::new)
                .map(zone -> new TermStart.Declaration(zone, ZonePolicy.DEFAULT, Samples.TEMPLATE))
                .toList(),
            true,
            Map.of(),
            Duration.ofMillis(600),
            Duration.ofSeconds(1),
            Duration.ofSeconds(30));
    Loops loops = new Loops(halt);
    Leadership office =
        new Leadership(
            settings,
            topics,
            Leadership.Means.of(fleet, snapshots),
            Stream.concat(
                    Stream.of(
                        new FleetWatch(fleet),
                        new SnapshotKeeping(snapshots, Duration.ofSeconds(10), loops)),
                    further.stream())
                .toList(),
            loops);
    opened.add(office);
    Seeking.start(office);
    await().atMost(PATIENCE).until(() -> office.state().leads());
    return office;
  }

  private static void awaitState(Leadership office, String server, ServerState state) {
    await()
        .atMost(PATIENCE)
        .until(() ->
            office
                .state()
                .fleet()
                .server(ServerId.of(server))
                .filter(found -> found.state() == state)
                .isPresent());
  }

  private LeaderLog.Entry transactionWith(String type) {
    return topics.transactions().stream()
        .filter(entry -> types(entry.facts()).contains(type))
        .findFirst()
        .orElseThrow();
  }

  private static List<String> types(List<FleetEvent> facts) {
    return facts.stream().map(CloudEvent::type).toList();
  }
}
