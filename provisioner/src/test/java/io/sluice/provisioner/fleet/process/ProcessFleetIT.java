package io.sluice.provisioner.fleet.process;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.sluice.provisioner.Samples;
import io.sluice.provisioner.fleet.Exit;
import io.sluice.provisioner.fleet.FleetException;
import io.sluice.provisioner.fleet.GivenSecret;
import io.sluice.provisioner.fleet.Instance;
import io.sluice.provisioner.fleet.SecretValue;
import io.sluice.provisioner.fleet.ServerSpec;
import io.sluice.provisioner.fleet.Started;
import io.sluice.schemas.id.Epoch;
import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.secret.SecretName;
import io.sluice.schemas.secret.SecretUse;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessFleetIT {
  private static final ServerId ONE = ServerId.of("zone1-1");
  private static final ServerId TWO = ServerId.of("zone1-2");
  private static final Duration GRACE = Duration.ofSeconds(10);
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @TempDir private Path directory;
  private final HttpClient http = HttpClient.newHttpClient();
  private final List<ProcessFleet> opened = new ArrayList<>();
  private final List<Exit> exits = new CopyOnWriteArrayList<>();
  private ProcessFleet fleet;

  ProcessFleetIT() throws IOException {
    firstPort = freePort();
  }

  private final int firstPort;

  @BeforeEach
  void open() {
    fleet = fleet();
  }

  @AfterEach
  void leaveNothingRunning() {
    fleet().stopAll(Duration.ofMillis(100));
    opened.forEach(ProcessFleet::close);
    http.close();
  }

  @Test
  void runsServersThatKnowWhoTheyAreEachOnItsOwnPort() {
    Started one = fleet.start(spec(ONE));
    Started two = fleet.start(spec(TWO));

    assertThat(one.address()).isNotEqualTo(two.address());
    assertThat(answer(one.address(), "/health_check")).isEqualTo("zone1-1");
    assertThat(answer(two.address(), "/health_check")).isEqualTo("zone1-2");
    assertThat(answer(one.address(), "/environment")).contains("SLUICE_ZONE", "SLUICE_BOOTSTRAP");
    assertThat(fleet.list())
        .containsExactlyInAnyOrder(new Instance(ONE, true), new Instance(TWO, true));
  }

  @Test
  void secretsAreFilesOfTheirOwnAsLongAsThereIsAServer() throws IOException {
    ServerSpec spec =
        spec(ONE)
            .with(
                List.of(
                    new GivenSecret(
                        SecretUse.asFile(new SecretName("db-password"), "password"),
                        new SecretValue("hunter2".getBytes(UTF_8)))));

    Started one = fleet.start(spec);

    assertThat(answer(one.address(), "/secrets")).isEqualTo("password=hunter2\n");
    Path own = directory.resolve("secrets").resolve(ONE.toString());
    assertThat(rights(own)).isEqualTo("rwx------");
    assertThat(rights(own.resolve("password"))).isEqualTo("r--------");
    fleet.stop(ONE, GRACE);
    assertThat(own).doesNotExist();
  }

  @Test
  void ofAServerThatCanNotBeStartedNoSecretIsLeft() {
    GivenSecret file =
        new GivenSecret(
            SecretUse.asFile(new SecretName("db-password"), "password"),
            new SecretValue("hunter2".getBytes(UTF_8)));
    GivenSecret unfit =
        new GivenSecret(
            SecretUse.asVariable(new SecretName("token"), "TOKEN"),
            new SecretValue(new byte[] {'a', 0, 'b'}));

    assertThatThrownBy(() -> fleet.start(spec(ONE).with(List.of(file, unfit))))
        .isInstanceOf(FleetException.class)
        .hasMessage(
            "secret token is no text in UTF-8 without NUL, and can't be a variable: expected a file");
    assertThat(directory.resolve("secrets").resolve(ONE.toString())).doesNotExist();
  }

  private static String rights(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  @Test
  void startingWhatRunsIsAdoption() {
    Started first = fleet.start(spec(ONE));
    Started again = fleet.start(spec(ONE));

    assertThat(again).isEqualTo(first);
  }

  @Test
  void whatIsAdoptedIsToldWithTheTemplateThatItIsMadeFrom() {
    Started first = fleet.start(spec(ONE));
    ServerSpec next = ServerSpec.of(ONE, new Epoch(2), Samples.TEMPLATE, 2, Map.of());

    assertThat(first.templateRevision()).contains(1);
    assertThat(fleet.start(next).templateRevision()).contains(1);
    fleet.stop(ONE, GRACE);
    assertThat(fleet.start(next).templateRevision()).contains(2);
  }

  @Test
  void aKilledServerIsNoticedWithItsExitCodeInWords() {
    fleet.watch(exits::add);
    Started one = fleet.start(spec(ONE));

    process(one).destroyForcibly();

    await().atMost(PATIENCE).until(() -> !exits.isEmpty());
    Exit exit = exits.getFirst();
    assertThat(exit.server()).isEqualTo(ONE);
    assertThat(exit.exitCode()).contains(137);
    assertThat(exit.reason()).contains("SIGKILL");
    assertThat(fleet.list()).containsExactly(new Instance(ONE, false));
  }

  @Test
  void anotherFleetInTheSameDirectoryAdoptsWhatRuns() {
    Started one = fleet.start(spec(ONE));
    fleet.close();

    ProcessFleet second = fleet();
    second.watch(exits::add);
    assertThat(second.list()).containsExactly(new Instance(ONE, true));
    assertThat(second.start(spec(ONE))).isEqualTo(one);
    assertThat(second.start(spec(TWO)).address()).isNotEqualTo(one.address());
    process(one).destroyForcibly();

    await().atMost(PATIENCE).until(() -> exits.stream().anyMatch(e -> e.server().equals(ONE)));
    second.stop(ONE, GRACE);
    assertThat(second.list()).containsExactly(new Instance(TWO, true));
  }

  @Test
  void stoppingAsksFirstAndRemovesWhatWasKept() {
    Started one = fleet.start(spec(ONE));
    assertThat(answer(one.address(), "/health_check")).isEqualTo("zone1-1");

    fleet.stop(ONE, GRACE);
    fleet.stop(ONE, GRACE);

    assertThat(ProcessHandle.of(Long.parseLong(one.handle()))).isEmpty();
    assertThat(fleet.list()).isEmpty();
    assertThat(directory.resolve("logs").resolve("zone1-1.log")).doesNotExist();
  }

  @Test
  void aServerThatDoesNotEndByItselfIsKilled() {
    ProcessFleet stubborn = fleet("stubborn");
    Started one = stubborn.start(spec(ONE));
    assertThat(answer(one.address(), "/health_check")).isEqualTo("zone1-1");

    stubborn.stop(ONE, Duration.ofMillis(200));

    assertThat(ProcessHandle.of(Long.parseLong(one.handle()))).isEmpty();
    assertThat(stubborn.list()).isEmpty();
  }

  @Test
  void theLogsOfTheServersThatCrashedLastAreKept() throws IOException {
    ProcessFleet crashing = fleet("crash");
    crashing.watch(exits::add);
    for (int i = 1; i <= 4; i++) {
      int count = i;
      ServerId server = ServerId.of("zone1-" + i);
      crashing.start(spec(server));
      await().atMost(PATIENCE).until(() -> exits.size() == count);
      crashing.stop(server, GRACE);
    }

    assertThat(exits).allSatisfy(exit -> assertThat(exit.exitCode()).contains(3));
    try (Stream<Path> kept = Files.list(directory.resolve("logs"))) {
      assertThat(kept.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder("zone1-3.crashed.log", "zone1-4.crashed.log");
    }
    assertThat(directory.resolve("logs").resolve("zone1-4.crashed.log"))
        .content()
        .contains("crashing as told");
  }

  @Test
  void aDamagedEntryOfTheRegistryDoesNotHideTheOthers() throws IOException {
    fleet.start(spec(ONE));
    Files.writeString(directory.resolve("running").resolve("zone1-9.json"), "{\"pid\":");

    assertThat(fleet.list())
        .containsExactly(new Instance(ONE, true), new Instance(ServerId.of("zone1-9"), false));
    fleet.stop(ServerId.of("zone1-9"), GRACE);
    assertThat(fleet.list()).containsExactly(new Instance(ONE, true));
  }

  @Test
  void anEntryThatCannotBeReadConcernsItsServerAlone() throws IOException {
    Files.createDirectory(directory.resolve("running").resolve("zone1-9.json"));
    Files.createDirectory(directory.resolve("starting").resolve("zone1-8.json"));

    fleet.start(spec(ONE));

    assertThat(fleet.list())
        .containsExactlyInAnyOrder(
            new Instance(ONE, true), new Instance(ServerId.of("zone1-9"), false));
    assertThatThrownBy(() -> fleet.start(spec(ServerId.of("zone1-8"))))
        .isInstanceOf(FleetException.class)
        .hasMessageContaining("zone1-8.json is damaged");
    fleet.stop(ServerId.of("zone1-9"), GRACE);
    assertThat(fleet.list()).containsExactly(new Instance(ONE, true));
    assertThat(directory.resolve("running").resolve("zone1-9.json")).doesNotExist();
    Files.delete(directory.resolve("starting").resolve("zone1-8.json"));
  }

  @Test
  void aFleetThatCannotBeListedForNowIsWatched() throws IOException {
    Files.delete(directory.resolve("running"));

    fleet.watch(exits::add).close();

    Files.createDirectory(directory.resolve("running"));
  }

  @Test
  void aServerWhoseEntryIsDamagedIsFoundAmongTheProcesses() throws IOException {
    Started one = fleet.start(spec(ONE));
    Files.writeString(directory.resolve("running").resolve("zone1-1.json"), "{\"pid\":");

    assertThat(fleet.list()).containsExactly(new Instance(ONE, true));
    assertThatThrownBy(() -> fleet.start(spec(ONE)))
        .isInstanceOf(FleetException.class)
        .hasMessageContaining("runs as process " + one.handle());
    fleet.stop(ONE, GRACE);

    assertThat(ProcessHandle.of(Long.parseLong(one.handle()))).isEmpty();
    assertThat(fleet.list()).isEmpty();
  }

  /** The wall clock was set by an hour since it was started. */
  @Test
  void aClockThatWasSetDoesNotMakeAServerAStranger() throws IOException {
    Started one = fleet.start(spec(ONE));
    Registry registry = new Registry(directory.resolve("running"));
    RunningProcess entry = registry.find(ONE).orElseThrow();
    registry.write(
        new RunningProcess(
            ONE,
            entry.epoch(),
            entry.pid(),
            entry.startedAt().minusSeconds(3_600),
            entry.start(),
            entry.port(),
            entry.address(),
            entry.templateRevision()));

    assertThat(fleet().list()).containsExactly(new Instance(ONE, true));
    assertThat(fleet().start(spec(ONE))).isEqualTo(one);
  }

  @Test
  void aProcessOfAnotherBootIsNotTheServer() {
    fleet.start(spec(ONE));
    Registry registry = new Registry(directory.resolve("running"));
    RunningProcess entry = registry.find(ONE).orElseThrow();
    StartMark mark = entry.start().orElseThrow();
    RunningProcess earlier =
        new RunningProcess(
            ONE,
            entry.epoch(),
            entry.pid(),
            entry.startedAt(),
            Optional.of(new StartMark("another", mark.ticks())),
            entry.port(),
            entry.address(),
            entry.templateRevision());

    assertThat(entry.alive()).isPresent();
    assertThat(earlier.alive()).isEmpty();
  }

  @Test
  void whatAServerStartedEndsWithIt() {
    ProcessFleet parents = fleet("parent");
    Started one = parents.start(spec(ONE));
    assertThat(answer(one.address(), "/health_check")).isEqualTo("zone1-1");
    List<ProcessHandle> children = process(one).descendants().toList();
    assertThat(children).isNotEmpty();

    parents.stop(ONE, GRACE);

    assertThat(children).noneMatch(ProcessHandle::isAlive);
  }

  /** Its children go on when it dies; with what is kept of it they end. */
  @Test
  void whatAServerThatDiedLeftBehindEndsWhenItIsRemoved() {
    ProcessFleet parents = fleet("parent");
    parents.watch(exits::add);
    Started one = parents.start(spec(ONE));
    assertThat(answer(one.address(), "/health_check")).isEqualTo("zone1-1");
    List<ProcessHandle> children = process(one).descendants().toList();
    process(one).destroyForcibly();
    await().atMost(PATIENCE).until(() -> !exits.isEmpty());
    assertThat(children).anyMatch(ProcessHandle::isAlive);

    parents.stop(ONE, GRACE);

    assertThat(children).noneMatch(ProcessHandle::isAlive);
  }

  @Test
  void whatAServerSaidLastIsToldWithItsEnd() {
    ProcessFleet crashing = fleet("crash");
    crashing.watch(exits::add);
    crashing.start(spec(ONE));

    await().atMost(PATIENCE).until(() -> !exits.isEmpty());

    assertThat(exits.getFirst().reason())
        .contains("exit code 3")
        .contains("its log ends: crashing as told")
        .contains(directory.resolve("logs").resolve("zone1-1.crashed.log").toString());
  }

  @Test
  void whatIsLeftOfAServerTellsHowItEndedToWhoeverWasNotThere() {
    ProcessFleet crashing = fleet("crash");
    crashing.watch(exits::add);
    Started one = crashing.start(spec(ONE));
    await().atMost(PATIENCE).until(() -> !exits.isEmpty());

    ProcessFleet later = fleet();
    assertThat(later.howEnded(ONE, Optional.of(one.handle())))
        .hasValueSatisfying(
            exit -> assertThat(exit.reason()).contains("its log ends: crashing as told"));
    assertThat(later.howEnded(ONE, Optional.of("another one"))).isEmpty();
    assertThat(later.howEnded(TWO, Optional.empty())).isEmpty();
    later.start(spec(TWO));
    assertThat(later.howEnded(TWO, Optional.empty())).isEmpty();
  }

  @Test
  void aTemplateDoesNotSayWhereAServerListens() {
    ServerSpec spec =
        ServerSpec.of(
            ONE,
            new Epoch(1),
            Samples.TEMPLATE.withEnvironment(
                Map.of("SLUICE_PORT", "1", "SLUICE_SERVER", "zone9-9")),
            1,
            Map.of());

    assertThat(answer(fleet.start(spec).address(), "/health_check")).isEqualTo("zone1-1");
  }

  @Test
  void aLogThatHasGrownLargeIsPutAsideWhileItsServerGoesOn() throws IOException {
    ProcessFleet talking = fleet("talk");
    Started one = talking.start(spec(ONE));
    Path log = directory.resolve("logs").resolve("zone1-1.log");
    await().atMost(PATIENCE).until(() -> Files.size(log) > 17L << 20);
    assertThat(answer(one.address(), "/health_check")).isEqualTo("zone1-1");

    talking.list();

    assertThat(directory.resolve("logs").resolve("zone1-1.log.1")).exists();
    assertThat(Files.size(log)).isLessThan(16L << 20);
    talking.stop(ONE, GRACE);
    assertThat(directory.resolve("logs")).isEmptyDirectory();
  }

  @Test
  void aProcessThatOnlyGotTheSameIdIsNotTakenForAServer() {
    RunningProcess entry =
        new RunningProcess(
            ONE,
            new Epoch(1),
            ProcessHandle.current().pid(),
            Samples.NOW,
            Optional.empty(),
            firstPort,
            URI.create("http://127.0.0.1:" + firstPort),
            Optional.of(1));
    new Registry(directory.resolve("running")).write(entry);

    assertThat(fleet.list()).containsExactly(new Instance(ONE, false));
    fleet.stop(ONE, GRACE);
    assertThat(fleet.list()).isEmpty();
  }

  @Test
  void stoppingAllLeavesNothingRunning() {
    List<Started> started =
        Stream.of("zone1-1", "zone1-2", "zone2-1")
            .map(id -> fleet.start(spec(ServerId.of(id))))
            .toList();

    fleet.stopAll(GRACE);

    assertThat(started)
        .allSatisfy(
            server -> assertThat(ProcessHandle.of(Long.parseLong(server.handle()))).isEmpty());
    assertThat(fleet.list()).isEmpty();
  }

  private ProcessFleet fleet(String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp"));
    command.add(Path.of("target", "test-classes").toAbsolutePath().toString());
    command.add(TinyServer.class.getName());
    command.addAll(List.of(arguments));
    ProcessFleet made =
        new ProcessFleet(
            new ProcessFleetConfig(command, directory, "127.0.0.1", firstPort, 2, true));
    opened.add(made);
    return made;
  }

  private static ServerSpec spec(ServerId server) {
    return ServerSpec.of(
        server, new Epoch(1), Samples.TEMPLATE, 1, Map.of(ServerSpec.BOOTSTRAP, "127.0.0.1:9092"));
  }

  private static ProcessHandle process(Started started) {
    return ProcessHandle.of(Long.parseLong(started.handle())).orElseThrow();
  }

  /** The answer, once the server gives one. */
  private String answer(URI address, String path) {
    return await()
        .atMost(PATIENCE)
        .until(() -> ask(address.resolve(path)), Optional::isPresent)
        .orElseThrow();
  }

  private Optional<String> ask(URI uri) throws InterruptedException {
    try {
      HttpRequest question = HttpRequest.newBuilder(uri).timeout(GRACE).build();
      return Optional.of(http.send(question, HttpResponse.BodyHandlers.ofString()).body());
    } catch (IOException notYet) {
      return Optional.empty();
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
