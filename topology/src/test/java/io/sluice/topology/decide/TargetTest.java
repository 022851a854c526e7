package io.sluice.topology.decide;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.command.Evidence;
import io.sluice.schemas.command.Evidence.Limit;
import io.sluice.schemas.event.FleetEvent.LoadObserved;
import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.metric.Metric;
import io.sluice.schemas.policy.ScalingRule.Target;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The rule {@code target}, case by case against the algorithm that the Kubernetes project publishes
 * for its Horizontal Pod Autoscaler ("Algorithm details" of its documentation page). Where Sluice
 * decides otherwise, the case says so.
 */
class TargetTest {
  /**
   * A case.
   *
   * @param rule what the page says about it
   * @param servers how many ready servers the zone has
   * @param mean of those that reported, in percent of a target of 100
   * @param silent how many ready ones did not report
   * @param warming how many ready ones are warming up
   * @param starting how many more are not ready yet
   * @param published the number that the page's rules give
   * @param ours the number that Sluice gives
   */
  record Case(
      String rule,
      int servers,
      double mean,
      int silent,
      int warming,
      int starting,
      int published,
      int ours) {
    @Override
    public String toString() {
      return "%s: %d servers at %s, %d silent, %d warming, %d starting"
          .formatted(rule, servers, mean, silent, warming, starting);
    }
  }

  static Stream<Case> cases() {
    return Stream.of(
        new Case("twice the value doubles", 4, 200, 0, 0, 0, 8, 8),
        new Case("half the value halves", 4, 50, 0, 0, 0, 2, 2),
        new Case("it is rounded up", 3, 150, 0, 0, 0, 5, 5),
        new Case("it is rounded up on the way down", 3, 40, 0, 0, 0, 2, 2),
        new Case("near the target nothing is done", 10, 109, 0, 0, 0, 10, 10),
        new Case("near the target nothing is done, below", 10, 91, 0, 0, 0, 10, 10),
        new Case("the tolerance is inclusive", 10, 110, 0, 0, 0, 10, 10),
        new Case("beyond the tolerance it is", 10, 112, 0, 0, 0, 12, 12),
        // Published: a missing one counts with 0 when growing. Ours: with the target, since an
        // overloaded server is the first to fall silent.
        new Case("missing ones dampen a growth", 4, 200, 2, 0, 0, 4, 6),
        new Case("missing ones dampen a growth, many servers", 10, 150, 2, 0, 0, 12, 14),
        // Published: a missing one counts with its target when shrinking. Ours: none shrinks.
        new Case("missing ones dampen a shrinkage", 4, 25, 1, 0, 0, 2, 4),
        new Case("unready ones count with 0 when growing", 4, 200, 0, 0, 2, 8, 8),
        new Case("warming ones count with 0 when growing", 4, 200, 0, 1, 0, 6, 6),
        new Case("a growth that would turn round is none", 3, 120, 0, 0, 3, 6, 6),
        new Case("a growth within the tolerance of all is none", 10, 115, 0, 0, 1, 11, 11),
        // Published: those that are not ready are left out when shrinking, which removes them too.
        // Ours: they count with their target, so that what was just added stays.
        new Case("unready ones are left out when shrinking", 4, 50, 0, 0, 2, 2, 4));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void agreesWithThePublishedAlgorithmOrSaysWhyNot(Case it) {
    History history = zone(it.servers(), it.starting());

    assertThat(history.weigh(observed(history, it)).to()).isEqualTo(it.ours());
  }

  @ParameterizedTest
  @MethodSource("cases")
  void whereItDecidesOtherwiseItKeepsMoreServers(Case it) {
    assertThat(it.ours()).isGreaterThanOrEqualTo(it.published());
  }

  @Test
  void theLargestOfSeveralTargetsHolds() {
    History history = twoTargets();

    Map<Metric, Double> load = Map.of(Metric.CPU, 50.0, Metric.IN_FLIGHT, 15.0);

    assertThat(history.weigh(history.load(load, 4)).to()).isEqualTo(6);
  }

  @Test
  void aTargetWithoutItsMetricBlocksAShrinkageAndNoGrowth() {
    History history = twoTargets();

    assertThat(history.weigh(history.load(Map.of(Metric.CPU, 25.0), 4)).to()).isEqualTo(4);
    assertThat(history.weigh(history.load(Map.of(Metric.CPU, 150.0), 4)).to()).isEqualTo(6);
  }

  @Test
  void theEvidenceShowsEachStepFromTheRawWishToTheOutcome() {
    History history = zone(10, 1);

    Evidence evidence = history.weigh(history.cpu(115, 10)).evidence();

    assertThat(evidence.wishes())
        .extracting(Evidence.Wish::servers, Evidence.Wish::sentence)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple(
                13, "cpu 115 % of a target of 100, times 11 servers: 13 are enough"));
    assertThat(evidence.limiters())
        .containsExactly(
            new Limit(
                "warm-up", 13, 12, "1 server is starting or warming up and counted as idle: 12"),
            new Limit("tolerance", 12, 11, "the load is within the tolerance of its target: 11"));
  }

  @Test
  void aSumThatIsRoundedUpInTheSixthDigitNeedsNoFurtherServer() {
    History history = zone(3, 0);

    // Exactly two servers' worth, as a mean of three rounded to six digits.
    assertThat(history.weigh(history.cpu(66.6667, 3)).to()).isEqualTo(2);
  }

  private static LoadObserved observed(History history, Case it) {
    int reporting = it.servers() - it.silent() - it.warming();
    return new LoadObserved(
        history.zone(),
        history.time(),
        history.state().zone().policy().window(),
        new TreeMap<>(Map.of(Metric.CPU, it.mean())),
        reporting,
        numbered(history, reporting, it.silent()),
        numbered(history, reporting + it.silent(), it.warming()),
        List.of());
  }

  private static List<ServerId> numbered(History history, int after, int count) {
    return LongStream.rangeClosed(after + 1L, (long) after + count)
        .mapToObj(history::server)
        .toList();
  }

  private static History zone(int ready, int starting) {
    History history =
        History.running(
            History.policy(1, 50, new Target(Metric.CPU, 100, Target.TOLERANCE_DEFAULT)));
    history.manual(ready, Optional.empty());
    history.obey();
    if (starting > 0) {
      history.manual(ready + starting, Optional.empty());
    }
    return history;
  }

  private static History twoTargets() {
    History history =
        History.running(
            History.policy(
                1,
                50,
                new Target(Metric.CPU, 100, Target.TOLERANCE_DEFAULT),
                new Target(Metric.IN_FLIGHT, 10, Target.TOLERANCE_DEFAULT)));
    history.manual(4, Optional.empty());
    return history.obey();
  }
}
