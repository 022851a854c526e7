package io.sluice.provisioner.fleet.docker;

import static io.sluice.provisioner.fleet.docker.TestEngine.docker;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.provisioner.fleet.GivenSecret;
import io.sluice.provisioner.fleet.Instance;
import io.sluice.provisioner.fleet.Sample;
import io.sluice.provisioner.fleet.SecretValue;
import io.sluice.provisioner.fleet.ServerFleet.Sampling;
import io.sluice.provisioner.fleet.ServerSpec;
import io.sluice.provisioner.fleet.Started;
import io.sluice.schemas.metric.Metric;
import io.sluice.schemas.secret.SecretName;
import io.sluice.schemas.secret.SecretUse;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class DockerFleetIT extends EngineTrial {
  @Test
  void runsServersThatAnswerAtPortsOfTheirOwn() {
    Started one = fleet.start(spec(ONE));
    Started two = fleet.start(spec(TWO));

    assertThat(one.address()).isNotEqualTo(two.address());
    assertThat(answer(one.address(), "/health_check")).isEqualTo(ONE.toString());
    assertThat(answer(two.address(), "/health_check")).isEqualTo(TWO.toString());
    assertThat(answer(one.address(), "/environment")).contains("SLUICE_ZONE", "SLUICE_BOOTSTRAP");
    assertThat(fleet.list())
        .containsExactlyInAnyOrder(new Instance(ONE, true), new Instance(TWO, true));
  }

  @Test
  void limitsAndRightsAreTheTemplates() throws IOException {
    fleet.start(spec(ONE));

    assertThat(
            docker(
                "inspect",
                "--format",
                "{{.HostConfig.Memory}} {{.HostConfig.MemorySwap}} {{.HostConfig.NanoCpus}}"
                    + " {{.HostConfig.PidsLimit}} {{.HostConfig.ReadonlyRootfs}}"
                    + " {{.HostConfig.CapDrop}} {{.HostConfig.CapAdd}} {{.HostConfig.SecurityOpt}}"
                    + " {{index .Config.Labels \"team\"}} {{index .Config.Labels \"sluice.epoch\"}}",
                container(ONE)))
        .isEqualTo(
            "134217728 134217728 500000000 64 true [ALL] [NET_BIND_SERVICE] [no-new-privileges]"
                + " web 7");
  }

  @Test
  void secretsAreFilesThatTheServerFindsAtItsStartAndNobodySeesOutside() throws IOException {
    ServerSpec plain = spec(ONE);
    SecretUse file = SecretUse.asFile(new SecretName("db-password"), "password");
    SecretUse variable = SecretUse.asVariable(new SecretName("token"), "TOKEN");
    ServerSpec spec =
        plain.with(
            List.of(
                new GivenSecret(file, new SecretValue("hunter2".getBytes(UTF_8))),
                new GivenSecret(variable, new SecretValue("in-sight".getBytes(UTF_8)))));

    Started one = fleet.start(spec);

    assertThat(answer(one.address(), "/secrets")).isEqualTo("password=hunter2\n");
    assertThat(answer(one.address(), "/environment")).contains("SLUICE_SECRETS_DIR", "TOKEN");
    assertThat(docker("inspect", container(ONE)))
        .doesNotContain("hunter2")
        .contains("TOKEN=in-sight");
    String volume =
        docker(
            "inspect",
            "--format",
            "{{range .Mounts}}{{.Destination}} {{.Name}}{{end}}",
            container(ONE));
    assertThat(volume).startsWith("/run/secrets ");
    assertThat(fleet.start(spec)).isEqualTo(one);

    fleet.stop(ONE, GRACE);

    assertThat(docker("volume", "ls", "-q")).doesNotContain(volume.substring(13));
  }

  @Test
  void aContainerThatWasCreatedWithoutItsSecretsGetsThemBeforeItIsStarted() {
    ServerSpec spec =
        spec(ONE)
            .with(
                List.of(
                    new GivenSecret(
                        SecretUse.asFile(new SecretName("db-password"), "password"),
                        new SecretValue("hunter2".getBytes(UTF_8)))));
    ContainerShape shape = ContainerShape.of(spec, DockerConfig.of(TestEngine.address()), CLUSTER);
    try (Engine engine = new Engine(Access.of(DockerConfig.of(TestEngine.address())))) {
      assertThat(engine.create(shape)).isInstanceOf(Engine.Creation.Created.class);
    }

    Started one = fleet.start(spec);

    assertThat(answer(one.address(), "/secrets")).isEqualTo("password=hunter2\n");
  }

  @Test
  void startingWhatRunsIsAdoptionByWhomever() {
    Started first = fleet.start(spec(ONE));

    DockerFleet other = fleet(DockerConfig.of(TestEngine.address()));

    assertThat(fleet.start(spec(ONE))).isEqualTo(first);
    assertThat(other.start(spec(ONE))).isEqualTo(first);
    assertThat(first.templateRevision()).contains(1);
    assertThat(other.list()).containsExactly(new Instance(ONE, true));
  }

  @Test
  void twoLeadersThatStartTheSameServerStartItOnce() throws Exception {
    DockerFleet other = fleet(DockerConfig.of(TestEngine.address()));

    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Started> here = threads.submit(() -> fleet.start(spec(ONE)));
      Future<Started> there = threads.submit(() -> other.start(spec(ONE)));

      assertThat(here.get()).isEqualTo(there.get());
    }
  }

  @Test
  void whatWasCreatedAndNeverStartedIsStarted() {
    ContainerShape shape =
        ContainerShape.of(spec(ONE), DockerConfig.of(TestEngine.address()), CLUSTER);
    try (Engine engine = new Engine(Access.of(DockerConfig.of(TestEngine.address())))) {
      Engine.Creation.Created created = (Engine.Creation.Created) engine.create(shape);
      assertThat(fleet.list()).containsExactly(new Instance(ONE, false));

      assertThat(created.container()).startsWith(fleet.start(spec(ONE)).handle());
      assertThat(engine.create(shape)).isEqualTo(new Engine.Creation.NameTaken());
    }
  }

  @Test
  void stoppingAsksFirstAndLeavesNothing() throws IOException {
    fleet.watch(exits::add);
    Started one = fleet.start(spec(ONE));
    assertThat(answer(one.address(), "/health_check")).isEqualTo(ONE.toString());

    fleet.stop(ONE, GRACE);
    fleet.stop(ONE, GRACE);

    assertThat(awaitExit().exitCode()).contains(143);
    assertThat(docker("ps", "-aq", "--filter", "name=^" + container(ONE) + "$")).isEmpty();
  }

  @Test
  void whatDoesNotEndByItselfIsKilled() throws IOException {
    Started one = fleet.start(spec(ONE, "stubborn"));
    assertThat(answer(one.address(), "/health_check")).isEqualTo(ONE.toString());

    fleet.stop(ONE, Duration.ofMillis(500));

    assertThat(docker("ps", "-aq", "--filter", "name=^" + container(ONE) + "$")).isEmpty();
  }

  @Test
  void aFrozenServerCanBeStopped() throws IOException {
    fleet.start(spec(ONE));
    docker("pause", container(ONE));
    assertThat(fleet.list()).containsExactly(new Instance(ONE, true));

    fleet.stop(ONE, GRACE);

    assertThat(fleet.list()).isEmpty();
  }

  @Test
  void serversOnANetworkAreReachedByTheirNames() throws IOException {
    String network = CLUSTER + "-net";
    docker("network", "create", network);
    try {
      DockerFleet named = fleet(new Wish().network(network).config());
      Started one = named.start(spec(ONE));

      assertThat(one.address()).hasToString("http://%s:9090".formatted(container(ONE)));
      String url = one.address() + "/health_check";
      await()
          .atMost(PATIENCE)
          .ignoreExceptions()
          .untilAsserted(() ->
              assertThat(docker("run", "--rm", "--network", network, image(), "ask", url))
                  .isEqualTo(ONE.toString()));
    } finally {
      fleet.stop(ONE, GRACE);
      docker("network", "rm", network);
    }
  }

  @Test
  void aServerIsMeasuredFromOutside() {
    List<Sample> samples = new CopyOnWriteArrayList<>();
    fleet.start(spec(ONE, "busy"));

    try (Sampling sampling = fleet.sample(ONE, samples::add)) {
      // All of half a processor, which is its limit.
      await()
          .atMost(PATIENCE)
          .until(() ->
              samples.stream()
                  .anyMatch(sample -> sample.values().getOrDefault(Metric.CPU, 0.0) > 60));

      assertThat(sampling.isOver()).isFalse();
      assertThat(samples.getLast().server()).isEqualTo(ONE);
      assertThat(samples.getLast().values())
          .hasEntrySatisfying(
              Metric.MEMORY, memory -> assertThat(memory).isStrictlyBetween(1.0, 100.0))
          .hasEntrySatisfying(Usage.PIDS, pids -> assertThat(pids).isGreaterThan(5))
          .containsKeys(Usage.NETWORK_IN, Usage.NETWORK_OUT);
      fleet.stop(ONE, GRACE);
      await().atMost(PATIENCE).until(sampling::isOver);
    }
  }
}
