package io.sluice.provisioner.fleet.docker;

import static io.sluice.provisioner.fleet.docker.TestEngine.docker;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.provisioner.fleet.Instance;
import io.sluice.provisioner.fleet.Started;
import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.supervision.LoopState;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** An engine that takes calls and says nothing: the worst that can happen to whoever waits. */
class HangingEngineIT extends EngineTrial {
  private static final ZoneId FAR = new ZoneId("far" + ProcessHandle.current().pid());

  /** Two ways to an engine are two engines to a fleet. */
  private DockerFleet both(Lane lane) throws IOException {
    return fleet(
        new DockerFleetConfig(
            CLUSTER,
            new Wish().config(),
            new TreeMap<>(
                Map.of(
                    ONE.zone(),
                    new Wish().config(),
                    FAR,
                    new Wish().engine(lane.address()).config()))));
  }

  @Test
  void anEngineThatHangsIsSilentAndDelaysTheOthersOnce() throws IOException {
    try (Lane lane = new Lane(TestEngine.address())) {
      DockerFleet both = both(lane);
      both.start(spec(ONE));
      both.start(spec(FAR.server(1)));

      lane.hang();
      assertThat(both.list()).containsExactly(new Instance(ONE, true));
      assertThat(both.list().speaksFor(FAR)).isFalse();
      assertThat(both.list().speaksFor(ONE.zone())).isTrue();
      long begin = System.nanoTime();
      both.list();
      assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(5));

      lane.goOn();
      await().atMost(PATIENCE).until(() -> both.list().speaksFor(FAR));
      assertThat(both.list())
          .containsExactlyInAnyOrder(new Instance(ONE, true), new Instance(FAR.server(1), true));
    }
  }

  @Test
  void aStartThatHangsDelaysNoneOfThoseBesideIt() throws Exception {
    try (Lane lane = new Lane(TestEngine.address())) {
      DockerFleet both = both(lane);
      both.start(spec(FAR.server(1)));
      lane.hang();
      CompletableFuture<Started> hanging =
          CompletableFuture.supplyAsync(() -> both.start(spec(FAR.server(2))));

      both.start(spec(ONE));
      both.start(spec(TWO));

      assertThat(hanging).isNotDone();
      lane.goOn();
      assertThat(hanging.get().handle()).isNotEmpty();
    }
  }

  @Test
  void aWatchOverSuchAnEngineGoesOnWhenItIsBack() throws IOException {
    ServerId far = FAR.server(1);
    try (Lane lane = new Lane(TestEngine.address())) {
      DockerFleet both = both(lane);
      both.watch(exits::add);
      both.start(spec(far));
      assertThat(both.loops()).hasSize(2).allMatch(LoopState::up);

      lane.hang();
      docker("kill", container(far));
      lane.cut();
      assertThat(exits).isEmpty();
      lane.goOn();
      lane.mend();

      assertThat(awaitExit().server()).isEqualTo(far);
      assertThat(both.loops()).allMatch(loop -> loop.failures() == 0);
    }
  }
}
