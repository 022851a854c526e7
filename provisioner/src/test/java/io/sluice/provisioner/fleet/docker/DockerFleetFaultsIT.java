package io.sluice.provisioner.fleet.docker;

import static io.sluice.provisioner.fleet.docker.TestEngine.docker;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.sluice.provisioner.fleet.Exit;
import io.sluice.provisioner.fleet.FleetException;
import io.sluice.provisioner.fleet.Instance;
import io.sluice.provisioner.fleet.NameTakenException;
import io.sluice.provisioner.fleet.ServerSpec;
import io.sluice.provisioner.fleet.Started;
import io.sluice.schemas.id.ZoneId;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class DockerFleetFaultsIT extends EngineTrial {
  @Test
  void aKilledServerIsNoticedAndReplaced() throws IOException {
    fleet.watch(exits::add);
    Started first = fleet.start(spec(ONE));

    docker("kill", container(ONE));

    Exit exit = awaitExit();
    assertThat(exit.server()).isEqualTo(ONE);
    assertThat(exit.exitCode()).contains(137);
    assertThat(exit.outOfMemory()).isFalse();
    assertThat(exit.reason()).contains("SIGKILL");
    assertThat(fleet.list()).containsExactly(new Instance(ONE, false));
    assertThat(fleet.start(spec(ONE)).handle()).isNotEqualTo(first.handle());
  }

  @Test
  void aServerThatUsesTooMuchMemoryIsToldApart() {
    fleet.watch(exits::add);
    Started one = fleet.start(spec(ONE, "greedy"));
    assertThat(answer(one.address(), "/health_check")).isEqualTo(ONE.toString());

    assertThatThrownBy(() -> ask(one.address().resolve("/greed"))).isInstanceOf(IOException.class);

    Exit exit = awaitExit();
    assertThat(exit.outOfMemory()).isTrue();
    assertThat(exit.reason()).contains("more memory than its limit");
  }

  @Test
  void aServerThatSomebodyRemovesIsNoticed() throws IOException {
    fleet.watch(exits::add);
    fleet.start(spec(ONE));

    docker("rm", "-f", container(ONE));

    assertThat(awaitExit().server()).isEqualTo(ONE);
    assertThat(fleet.list()).isEmpty();
  }

  @Test
  void somebodyElsesContainerIsLeftAlone() throws IOException {
    docker("create", "--name", container(ONE), "--label", "sluice.cluster=" + CLUSTER, image());

    assertThatThrownBy(() -> fleet.start(spec(ONE)))
        .isInstanceOf(FleetException.class)
        .hasMessageContaining("is none of cluster '%s': rename or remove it".formatted(CLUSTER));
    fleet.stop(ONE, GRACE);

    assertThat(fleet.list()).isEmpty();
    assertThat(docker("ps", "-aq", "--filter", "name=^" + container(ONE) + "$")).isNotEmpty();
  }

  @Test
  void aServerOfAnotherClusterThatIsCalledTheSameIsLeftAloneAndNamed() throws IOException {
    docker(
        "create",
        "--name",
        container(ONE),
        "--label",
        "sluice.cluster=another",
        "--label",
        "sluice.server=b-c-1",
        image());

    assertThatThrownBy(() -> fleet.start(spec(ONE)))
        .isInstanceOf(NameTakenException.class)
        .hasMessageContaining("is server b-c-1 of cluster 'another'")
        .hasMessageContaining("server %s of cluster '%s'".formatted(ONE, CLUSTER));
    fleet.stop(ONE, GRACE);

    assertThat(fleet.list()).isEmpty();
    assertThat(docker("ps", "-aq", "--filter", "name=^" + container(ONE) + "$")).isNotEmpty();
    docker("rm", container(ONE));
  }

  @Test
  void whatIsLeftOfAServerTellsHowItEndedToWhoeverWasNotThere() throws IOException {
    Started one = fleet.start(spec(ONE));
    assertThat(fleet.howEnded(ONE, Optional.of(one.handle()))).isEmpty();
    docker("kill", container(ONE));
    await()
        .atMost(PATIENCE)
        .until(() -> fleet.list().instances().equals(List.of(new Instance(ONE, false))));

    assertThat(fleet.howEnded(ONE, Optional.of(one.handle())))
        .hasValueSatisfying(exit -> {
          assertThat(exit.exitCode()).contains(137);
          assertThat(exit.handle()).contains(one.handle());
        });
    assertThat(fleet.howEnded(ONE, Optional.empty())).isPresent();
    assertThat(fleet.howEnded(TWO, Optional.empty())).isEmpty();
  }

  @Test
  void anImageThatIsMissingIsToldOf() {
    DockerFleet never = fleet(new Wish().pull(PullPolicy.NEVER).config());
    ServerSpec nowhere = spec(ONE, template("127.0.0.1:1/nothing:1", List.of()));

    assertThatThrownBy(() -> never.start(nowhere))
        .isInstanceOf(FleetException.class)
        .hasMessageContaining("it has no such image");
    assertThatThrownBy(() -> fleet.start(nowhere))
        .isInstanceOf(FleetException.class)
        .hasMessageContaining("127.0.0.1:1")
        .hasMessageContaining("refused");
    assertThat(fleet.list()).isEmpty();
  }

  @Test
  void aServerThatEndsAtOnceIsToldOf() {
    assertThatThrownBy(
            () -> {
              fleet.watch(exits::add);
              fleet.start(spec(ONE, "crash"));
              // It may have been seen running for a moment: then its end is an event.
              throw new FleetException(awaitExit().reason());
            })
        .isInstanceOf(FleetException.class)
        .hasMessageContaining("exit code 3")
        .hasMessageContaining("its log ends: crashing as told");
  }

  @Test
  void anEngineThatIsGoneIsToldOfAndItsServersAreNot() throws IOException {
    try (Lane lane = new Lane(TestEngine.address())) {
      DockerFleet far = fleet(new Wish().engine(lane.address()).config());
      far.start(spec(ONE));
      far.start(spec(TWO));
      far.watch(exits::add);

      lane.cut();
      assertThatThrownBy(far::list)
          .isInstanceOf(FleetException.class)
          .hasMessageContaining("the engine can't be reached");
      assertThatThrownBy(() -> far.start(spec(ONE.zone().server(3))))
          .isInstanceOf(FleetException.class);
      docker("kill", container(TWO));
      assertThat(exits).isEmpty();

      lane.mend();
      assertThat(awaitExit().server()).isEqualTo(TWO);
      assertThat(awaitExit().exitCode()).contains(137);
      docker("kill", container(ONE));
      await()
          .atMost(PATIENCE)
          .until(() -> exits.stream().anyMatch(exit -> exit.server().equals(ONE)));
    }
  }

  /** Of a zone that stands in another monitor's file only, this one knows nothing. */
  @Test
  void withoutAnEngineForAllItDoesNotSpeakForAZoneThatItWasNotToldOf() throws IOException {
    try (Lane lane = new Lane(TestEngine.address())) {
      DockerFleet other =
          fleet(
              new DockerFleetConfig(
                  CLUSTER,
                  new Wish().config(),
                  new TreeMap<>(
                      Map.of(
                          new ZoneId("elsewhere"), new Wish().engine(lane.address()).config()))));
      fleet.start(spec(ONE));

      assertThat(other.list()).isEmpty();
      assertThat(other.list().speaksFor(ONE.zone())).isFalse();
      assertThat(other.list().speaksFor(new ZoneId("elsewhere"))).isTrue();
      assertThatThrownBy(() -> other.sample(ONE, sample -> {})).isInstanceOf(FleetException.class);
    }
  }

  @Test
  void theEngineForAllSpeaksForAZoneThatWasAddedSince() {
    DockerFleet other =
        fleet(
            new DockerFleetConfig(
                CLUSTER,
                new Wish().config(),
                new TreeMap<>(Map.of(new ZoneId("here"), new Wish().config()))));
    fleet.start(spec(ONE));

    assertThat(other.list()).containsExactly(new Instance(ONE, true));
    assertThat(other.list().speaksFor(ONE.zone())).isTrue();
  }

  /** Two ways to an engine are two engines to a fleet. */
  @Test
  void anEngineThatIsGoneDoesNotHideTheServersOfTheOthers() throws IOException {
    ZoneId far = new ZoneId("far" + ProcessHandle.current().pid());
    try (Lane lane = new Lane(TestEngine.address())) {
      DockerFleet both =
          fleet(
              new DockerFleetConfig(
                  CLUSTER,
                  new Wish().config(),
                  new TreeMap<>(
                      Map.of(
                          ONE.zone(),
                          new Wish().config(),
                          far,
                          new Wish().engine(lane.address()).config()))));
      both.start(spec(ONE));
      both.start(spec(far.server(1)));
      both.watch(exits::add);

      lane.cut();

      assertThat(both.list()).containsExactly(new Instance(ONE, true));
      assertThat(both.list().zones()).contains(new TreeSet<>(Set.of(ONE.zone())));
      both.start(spec(TWO));
      docker("kill", container(TWO));
      assertThat(awaitExit().server()).isEqualTo(TWO);
      assertThatThrownBy(() -> both.stopAll(GRACE))
          .isInstanceOf(FleetException.class)
          .hasMessageContaining(far.toString());
      assertThat(both.list()).isEmpty();

      lane.mend();
      await().atMost(PATIENCE).until(() -> both.list().speaksFor(far));
      assertThat(both.list()).containsExactly(new Instance(far.server(1), true));
      assertThat(exits).noneMatch(exit -> exit.server().equals(far.server(1)));
    }
  }
}
