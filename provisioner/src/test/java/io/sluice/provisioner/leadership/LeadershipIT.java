package io.sluice.provisioner.leadership;

import static io.sluice.provisioner.Samples.command;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import io.sluice.provisioner.Samples;
import io.sluice.provisioner.plan.Input;
import io.sluice.provisioner.plan.Progress;
import io.sluice.provisioner.plan.TermStart;
import io.sluice.provisioner.snapshot.Snapshot;
import io.sluice.schemas.event.FleetEvent;
import io.sluice.schemas.fleet.Fleet;
import io.sluice.schemas.fleet.ServerState;
import io.sluice.schemas.id.Epoch;
import io.sluice.schemas.id.MonitorId;
import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.policy.ZonePolicy;
import io.sluice.schemas.topic.CloudEvent;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LeadershipIT {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final FakeTopics topics = new FakeTopics();
  private final FakeSnapshots snapshots = new FakeSnapshots();
  private final List<Leadership> opened = new ArrayList<>();
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
            "leader-elected",
            "server-started",
            "server-ready");
    LeaderLog.Entry started = transactionWith("server-started");
    assertThat(started.facts()).hasSize(1);
    assertThat(started.progress()).containsEntry(0, Progress.at(1));
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
    assertThat(topics.progress()).isEqualTo(Progress.at(0));
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
    assertThat(topics.progress().next()).isZero();
    latch.countDown();
    awaitState(office, "zone1-1", ServerState.READY);

    assertThat(topics.progress()).isEqualTo(Progress.at(2));
  }

  @Test
  void aServerThatCantBeStartedIsACommandFailed() {
    leading(1);
    fleet.impossible("zone1-1");

    topics.command(command("zone1@1", List.of("zone1-1"), List.of()));

    await().atMost(PATIENCE).until(() -> types(topics.journal()).contains("command-failed"));
    assertThat(topics.progress()).isEqualTo(Progress.at(1));
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
    assertThat(topics.progress()).isEqualTo(Progress.at(2));
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

    assertThat(topics.readFrom()).containsExactly(0L, taken.offsets().get(0));
    assertThat(second.state().view().server(ServerId.of("zone1-1"))).isPresent();
  }

  @Test
  void aSnapshotOfAnotherJournalIsNotBelieved() {
    snapshots.save(Snapshot.of("another-journal", new Epoch(8), Map.of(0, 0L), Fleet.EMPTY));
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

  private Leadership leading(int monitor) {
    LeadershipSettings settings =
        new LeadershipSettings(
            new MonitorId(monitor),
            URI.create("http://127.0.0.1:808" + monitor),
            List.of(
                new TermStart.Declaration(
                    new ZoneId("zone1"), ZonePolicy.DEFAULT, Samples.TEMPLATE)),
            Map.of(),
            Duration.ofMillis(600),
            Duration.ofSeconds(1),
            Duration.ofSeconds(30));
    Leadership office =
        new Leadership(
            settings,
            topics,
            fleet,
            snapshots,
            List.of(new FleetWatch(fleet), new SnapshotKeeping(snapshots, Duration.ofSeconds(10))));
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
