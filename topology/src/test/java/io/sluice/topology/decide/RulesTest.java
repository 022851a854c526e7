package io.sluice.topology.decide;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.command.Evidence.Wish;
import io.sluice.schemas.command.ScaleCommand;
import io.sluice.schemas.event.FleetEvent.LoadObserved;
import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.metric.Metric;
import io.sluice.schemas.policy.Cron;
import io.sluice.schemas.policy.Limits;
import io.sluice.schemas.policy.ScalingRule.Band;
import io.sluice.schemas.policy.ScalingRule.Schedule;
import io.sluice.schemas.policy.ScalingRule.Step;
import io.sluice.schemas.policy.ScalingRule.Target;
import io.sluice.schemas.policy.ScalingRule.Threshold;
import io.sluice.schemas.policy.Victims;
import io.sluice.schemas.policy.ZonePolicy;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RulesTest {
  private static final Step STEP =
      new Step(
          Metric.CPU,
          List.of(
              new Band(Optional.empty(), Optional.of(10.0), -2),
              new Band(Optional.of(10.0), Optional.of(30.0), -1),
              new Band(Optional.of(70.0), Optional.of(90.0), 1),
              new Band(Optional.of(90.0), Optional.empty(), 3)));

  @ParameterizedTest
  @CsvSource({"5, 4", "10, 5", "29.9, 5", "30, 6", "69.9, 6", "70, 7", "89, 7", "90, 9", "250, 9"})
  void aStepChangesTheNumberByItsBand(double cpu, int servers) {
    History history = running(STEP, 6);

    assertThat(history.weigh(history.cpu(cpu, 6)).to()).isEqualTo(servers);
  }

  @Test
  void aStepSaysWhichBandItWasIn() {
    History history = running(STEP, 6);

    assertThat(sentence(history, 95)).isEqualTo("cpu 95 % is from 90: 3 more than 6");
    assertThat(sentence(history, 20)).isEqualTo("cpu 20 % is from 10 to below 30: 1 less than 6");
    assertThat(sentence(history, 5)).isEqualTo("cpu 5 % is below 10: 2 less than 6");
    assertThat(sentence(history, 50)).isEqualTo("cpu 50 % is in no band: stays at 6");
  }

  @Test
  void silentServersAreAssumedWhereAStepDoesNothing() {
    History history = running(STEP, 2);

    // (95 + 50) / 2 is in the band of one more, not of three.
    assertThat(history.weigh(history.cpu(95, 1, 2)).to()).isEqualTo(3);
  }

  @Test
  void aScheduleRaisesTheMinimumWhileItIsActiveAndWithoutOtherRulesLetsItFallAfterwards() {
    // History.START is at midnight; five minutes from 00:10 on.
    Schedule schedule =
        new Schedule(ZoneOffset.UTC, new Cron("10 * * * *"), new Cron("15 * * * *"), 4, 5);
    History history = History.running(History.policy(1, 9, schedule));
    history.pass(Duration.ofMinutes(9)).observe(50);
    assertThat(history.desired()).isEqualTo(1);

    ScaleCommand command = history.pass(Duration.ofMinutes(1)).observe(50).orElseThrow();
    assertThat(command.to()).isEqualTo(4);
    assertThat(command.reason().sentence())
        .isEqualTo("the schedule from '10 * * * *' to '15 * * * *' (Z) is active: at least 4");
    history.obey();
    history.pass(Duration.ofMinutes(5)).observe(50);
    assertThat(history.desired()).isEqualTo(1);
  }

  @Test
  void aScheduleLowersTheMaximumOfOtherRules() {
    Schedule schedule =
        new Schedule(ZoneOffset.UTC, new Cron("10 * * * *"), new Cron("15 * * * *"), 1, 2);
    History history =
        History.running(
            History.policy(1, 9, new Target(Metric.CPU, 50, Target.TOLERANCE_DEFAULT), schedule));
    history.observe(200);
    history.obey();
    assertThat(history.desired()).isEqualTo(4);

    history.pass(Duration.ofMinutes(9)).observe(50);
    ScaleCommand command = history.pass(Duration.ofMinutes(2)).observe(50).orElseThrow();
    assertThat(command.to()).isEqualTo(2);
    assertThat(command.reason().sentence())
        .endsWith("4 servers is above schedule 10 * * * *'s maximum of 2");
  }

  @Test
  void ofTwoActiveSchedulesTheOneThatSaysNothingOfTheMaximumLiftsNoOthers() {
    Schedule night =
        new Schedule(ZoneOffset.UTC, new Cron("10 * * * *"), new Cron("15 * * * *"), 1, 2);
    Schedule backup =
        new Schedule(ZoneOffset.UTC, new Cron("9 * * * *"), new Cron("20 * * * *"), 2, 9);
    History history =
        History.running(
            History.policy(
                1, 9, new Target(Metric.CPU, 50, Target.TOLERANCE_DEFAULT), night, backup));
    history.observe(200);
    history.obey();

    history.pass(Duration.ofMinutes(9)).observe(50);
    history.pass(Duration.ofMinutes(2)).observe(90);
    history.obey();
    assertThat(history.desired()).isEqualTo(2);
    history.pass(Duration.ofMinutes(5)).observe(90);
    assertThat(history.desired()).isEqualTo(4);
  }

  @Test
  void aScheduleDoesNotNeedReports() {
    Schedule schedule =
        new Schedule(ZoneOffset.UTC, new Cron("10 * * * *"), new Cron("15 * * * *"), 3, 3);
    History history = History.running(History.policy(1, 9, Threshold.DEFAULT, schedule));

    history.pass(Duration.ofMinutes(10)).tell(history.load(Map.of(), 0, 1));

    assertThat(history.desired()).isEqualTo(3);
  }

  @Test
  void theLeastLoadedServersGoFirstIfThePolicyAsksAndNewestOfTheUnknown() {
    History history = running(Threshold.DEFAULT, 4, Victims.LEAST_LOADED);

    history.tell(idlest(history, 5, 2, 3));
    assertThat(history.lastCommand().stop()).containsExactly(history.server(2));
    history.obey();
    history.tell(idlest(history, 5));
    assertThat(history.lastCommand().stop()).containsExactly(history.server(4));
  }

  @Test
  void theOldestGoFirstIfThePolicyAsks() {
    History history = running(Threshold.DEFAULT, 3, Victims.OLDEST);

    assertThat(history.observe(5).orElseThrow().stop()).containsExactly(history.server(1));
  }

  @Test
  void oneThatIsNotReadyGoesBeforeAnyThatIs() {
    History history = running(Threshold.DEFAULT, 2, Victims.OLDEST);
    history.manual(3, Optional.empty());
    history.started(3);

    assertThat(history.manual(2, Optional.empty()).orElseThrow().stop())
        .containsExactly(history.server(3));
  }

  @Test
  void aDryRunIsCommandedOnceAndNeverTakenIn() {
    History history = running(Threshold.DEFAULT, 1);
    ZonePolicy live = History.between(1, 5);
    history.policy(
        new ZonePolicy(1, 5, live.window(), live.rules(), Limits.NONE, Victims.NEWEST, true));

    ScaleCommand command = history.observe(80).orElseThrow();
    assertThat(command.dryRun()).isTrue();
    assertThat(command.start()).containsExactly(history.server(2));
    assertThat(history.observe(81)).as("the same again").isEmpty();
    assertThat(history.state().pending()).isEmpty();
    assertThat(history.desired()).isEqualTo(1);
    history.observe(50);
    assertThat(history.observe(80)).as("again after it had gone away").isPresent();
    assertThat(history.exited(1).orElseThrow().dryRun()).as("a death is not healed").isTrue();
  }

  private static LoadObserved idlest(History history, double cpu, long... numbers) {
    List<ServerId> servers = LongStream.of(numbers).mapToObj(history::server).toList();
    return new LoadObserved(
        history.zone(),
        history.time(),
        history.state().zone().policy().window(),
        new TreeMap<>(Map.of(Metric.CPU, cpu)),
        Census.of(history.state()).ready(),
        List.of(),
        List.of(),
        servers);
  }

  private static String sentence(History history, double cpu) {
    return history.weigh(history.cpu(cpu, 6)).evidence().wishes().stream()
        .map(Wish::sentence)
        .findFirst()
        .orElseThrow();
  }

  private static History running(io.sluice.schemas.policy.ScalingRule rule, int servers) {
    return running(rule, servers, Victims.NEWEST);
  }

  private static History running(
      io.sluice.schemas.policy.ScalingRule rule, int servers, Victims victims) {
    History history =
        History.running(
            new ZonePolicy(
                1, 20, ZonePolicy.WINDOW_DEFAULT, List.of(rule), Limits.NONE, victims, false));
    history.manual(servers, Optional.empty());
    return history.obey();
  }
}
