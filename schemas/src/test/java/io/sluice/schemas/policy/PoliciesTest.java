package io.sluice.schemas.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.sluice.schemas.codec.Json;
import io.sluice.schemas.config.ConfigException;
import io.sluice.schemas.config.Section;
import io.sluice.schemas.metric.Metric;
import io.sluice.schemas.policy.ScalingRule.Band;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PoliciesTest {
  private static final String EVERYTHING =
      """
      servers: {min: 2, max: 40}
      window: 1m
      warmUp: PT45S
      stabilisation: {out: 15s, in: 5m}
      coolDown: {out: 30s, in: 2h}
      rate: {out: 4, in: 1}
      victims: oldest
      dryRun: true
      rules:
        - {type: target, metric: in_flight, target: 20, tolerance: 0.2}
        - type: step
          metric: memory
          bands: [{to: 20, change: -2}, {from: 70, to: 90, change: 1}, {from: 90, change: 3}]
        - {type: schedule, timezone: Europe/Berlin, start: 0 8 * * Mon-Fri, end: 0 20 * * *, min: 5}
        - {type: predictive, target: 60, season: 7d, interval: 1h, act: true}
      """;

  private static final List<ScalingRule> RULES =
      List.of(
          new ScalingRule.Target(Metric.IN_FLIGHT, 20, 0.2),
          new ScalingRule.Step(
              Metric.MEMORY,
              List.of(
                  new Band(Optional.empty(), Optional.of(20.0), -2),
                  new Band(Optional.of(70.0), Optional.of(90.0), 1),
                  new Band(Optional.of(90.0), Optional.empty(), 3))),
          new ScalingRule.Schedule(
              ZoneId.of("Europe/Berlin"),
              new Cron("0 8 * * mon-fri"),
              new Cron("0 20 * * *"),
              5,
              40),
          new ScalingRule.Predictive(
              Metric.CPU, 60, Duration.ofDays(7), Duration.ofHours(1), Duration.ofHours(1), true));

  @Test
  void anEmptyPolicyIsTheDefault() throws JsonProcessingException {
    assertThat(policy("{}")).isEqualTo(ZonePolicy.DEFAULT);
  }

  @Test
  void everyKeyIsRead() throws JsonProcessingException {
    assertThat(
            policy(
                """
                servers: {min: 2, max: 9}
                window: 30s
                rules:
                  - {type: threshold, metric: in_flight, above: 50, below: 5.5}
                  - {type: threshold}
                """))
        .isEqualTo(
            new ZonePolicy(
                2,
                9,
                Duration.ofSeconds(30),
                List.of(
                    new ScalingRule.Threshold(Metric.IN_FLIGHT, 50, 5.5),
                    ScalingRule.Threshold.DEFAULT)));
  }

  @Test
  void whatIsDescribedIsReadBack() throws JsonProcessingException {
    ZonePolicy policy =
        new ZonePolicy(
            0,
            7,
            Duration.ofMinutes(2),
            List.of(new ScalingRule.Threshold(new Metric("queue_length"), 12, -3)));

    assertThat(policy(Json.yaml().writeValueAsString(Policies.describe(policy)))).isEqualTo(policy);
  }

  @Test
  void contradictionsAreRefusedTogether() {
    assertThatThrownBy(() ->
            policy(
                """
                servers: {min: 4, max: 2}
                window: 1500ms
                rules:
                  - {type: magic}
                  - {type: threshold, above: 5, below: 6}
                """))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("servers.min: is 4, expected at most max, which is 2")
        .hasMessageContaining("window: is PT1.5S, expected whole seconds")
        .hasMessageContaining(
            "rules[0].type: is 'magic', expected one of threshold, target, step, schedule, predictive, idle")
        .hasMessageContaining("rules[1].below: is 6.0, expected less than above, which is 5.0");
  }

  @Test
  void everyRuleAndEveryLimitIsReadAndDescribedAsItIsRead() throws JsonProcessingException {
    ZonePolicy policy = policy(EVERYTHING);

    assertThat(policy)
        .isEqualTo(
            new ZonePolicy(
                2,
                40,
                Duration.ofMinutes(1),
                RULES,
                new Limits(
                    Duration.ofSeconds(45),
                    Duration.ofSeconds(15),
                    Duration.ofMinutes(5),
                    Duration.ofSeconds(30),
                    Duration.ofHours(2),
                    Optional.of(4),
                    Optional.of(1)),
                Victims.OLDEST,
                true));
    assertThat(policy(Json.yaml().writeValueAsString(Policies.describe(policy)))).isEqualTo(policy);
  }

  /** Contradictions that no schema can tell: the policy, and the one problem in it. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          {servers: {min: 4, max: 3}} | servers.min: is 4, expected at most max, which is 3
          {window: 1500ms} | window: is PT1.5S, expected whole seconds
          {window: 2h} | window: is '2h', expected a duration from 1s to 1h, such as 10s, 5m or PT10S
          {coolDown: {in: 25h}} | coolDown.in: is '25h', expected a duration from 0s to 1d, such as 10s, 5m or PT10S
          {rules: [{type: threshold, above: 5, below: 5}]} | rules[0].below: is 5.0, expected less than above, which is 5.0
          {rules: [{type: threshold}, {type: threshold, above: 70}]} | rules[1]: is the same as an earlier rule, expected rules that differ
          {rules: [{type: target, target: 70d}]} | rules[0].target: is '70d', expected a number from 1.0E-9 to 1.0E15
          {rules: [{type: step, bands: [{from: 9, to: 5, change: 1}]}]} | rules[0].bands[0].to: is 5.0, expected more than from, which is 9.0
          {rules: [{type: step, bands: [{from: 1, to: 5, change: 1}, {from: 4, change: 2}]}]} | rules[0].bands[1].from: is 4, expected a 'from' that is not below the 'to' of the band before
          {rules: [{type: step, bands: [{to: 5, change: 1}, {from: 5, change: 0}]}]} | rules[0].bands[1].from: is 5, expected a change of at least 1, that of the lower band
          {rules: [{type: schedule, timezone: Mars, start: 0 8 * * *, end: 0 9 * * *}]} | rules[0].timezone: is 'Mars', expected a time zone, such as UTC or Europe/Berlin
          {rules: [{type: schedule, timezone: UTC, start: 0 8 * * *, end: 0  8 * * *}]} | rules[0].end: is '0 8 * * *', expected other times than those of start
          {rules: [{type: schedule, timezone: UTC, start: 0 8 30 2 *, end: 0 9 * * *}]} | rules[0].start: is '0 8 30 2 *', expected days that exist
          {rules: [{type: schedule, timezone: UTC, start: 0 8 * * *, end: 0 9 * * *, max: 4}]} | rules[0].max: is '4', expected an integer from 1 to 3
          {rules: [{type: schedule, timezone: UTC, start: 0 8 * * *, end: 0 9 * * *, min: 3, max: 2}]} | rules[0].min: is 3, expected at most max, which is 2
          {rules: [{type: predictive, target: 60, interval: 1500ms}]} | rules[0].interval: is 1500ms, expected whole seconds
          {rules: [{type: predictive, target: 60, interval: 7m}]} | rules[0].season: is 1d, expected 2 to 288 whole intervals
          {rules: [{type: predictive, target: 60, interval: 1m}]} | rules[0].season: is 1d, expected 2 to 288 whole intervals
          {rules: [{type: predictive, target: 60, horizon: 5m}]} | rules[0].horizon: is 5m, expected one interval (PT10M) to one season (PT24H)
          {servers: {min: 0}, rules: [{type: idle, after: 5s}]} | rules[0].after: is '5s', expected a duration from 10s to 7d, such as 10s, 5m or PT10S
          {rules: [{type: idle}]} | rules[0].type: is 'idle', expected servers.min 0, which is 1: the zone would never be without servers
          {rules: [{type: target, metric: requestsPerSecond, target: 50}]} | rules[0].metric: is 'requestsPerSecond', expected 1 to 40 of a-z, 0-9 and '_', starting with a letter; did you mean requests_per_second?
          {rules: [{type: predictive, target: 60, horizon: 2d}]} | rules[0].horizon: is '2d', expected a duration from 1s to 1d, such as 10s, 5m or PT10S
          """)
  void aContradictionIsToldWithItsPathItsValueAndWhatWasExpected(String policy, String problem) {
    assertThatThrownBy(() -> Policies.parse("test", policy))
        .isInstanceOfSatisfying(
            ConfigException.class,
            refused ->
                assertThat(refused.problems().stream().map(Object::toString))
                    .containsExactly(problem));
  }

  /** What could never do what it says: the policy, and the one problem in it. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          {rules: [{type: predictive, metric: latency_p95, target: 500}]} | rules[0].metric: is 'latency_p95', expected a metric that servers share: twice as many servers do not halve this one
          {rules: [{type: target, metric: error_share, target: 5}]} | rules[0].metric: is 'error_share', expected a metric that servers share: twice as many servers do not halve this one
          {rules: [{type: target, metric: idle_seconds, target: 5}]} | rules[0].metric: is 'idle_seconds', expected a metric that servers share: twice as many servers do not halve this one
          {rules: [{type: threshold, above: 100}]} | rules[0].above: is 100.0, expected less than 100: a mean of cpu is never above it
          {rules: [{type: target, target: 120}]} | rules[0].target: is 120.0, expected less than 90.9: with a tolerance of 0.1 nothing grows up to 132.0, and a mean of cpu is never above 100
          {rules: [{type: target, target: 95}]} | rules[0].target: is 95.0, expected less than 90.9: with a tolerance of 0.1 nothing grows up to 104.5, and a mean of cpu is never above 100
          {rules: [{type: target, metric: memory, target: 100, tolerance: 0}]} | rules[0].target: is 100.0, expected less than 100: a mean of memory is never above it
          {rules: [{type: step, metric: gpu, bands: [{from: 101, change: 1}]}]} | rules[0].bands[0].from: is 101.0, expected at most 100: a mean of gpu is never more
          {rules: [{type: step, metric: in_flight, bands: [{to: 0, change: -1}]}]} | rules[0].bands[0].to: is 0.0, expected more than 0: a mean of in_flight is never below it
          {rules: [{type: threshold, metric: error_share, above: 100}]} | rules[0].above: is 100.0, expected less than 100: a mean of error_share is never above it
          {rules: [{type: step, metric: latency_p95, bands: [{to: 0, change: -1}]}]} | rules[0].bands[0].to: is 0.0, expected more than 0: a mean of latency_p95 is never below it
          {rules: [{type: threshold, above: -1, below: -5}]} | rules[0].above: is -1.0, expected 0 or more: every mean of cpu is above it
          {rules: [{type: target, metric: queue, target: 9, tolerance: 1}]} | rules[0].tolerance: is 1.0, expected less than 1: with 1 nothing shrinks, not even where there is no load at all
          {rules: [{type: step, metric: cpu, bands: [{change: 1}]}]} | rules[0].bands[0].from: is (none), expected from, to or both: which means it is for
          {rules: [{type: schedule, timezone: UTC, start: 0 8 * * *, end: 0 9 * * *}]} | rules[0].min: is (none), expected a min above 1, or a max below 3: it would change nothing
          {rules: [{type: schedule, timezone: UTC, start: 0 8 * * *, end: 0 9 * * *, max: 3}]} | rules[0].max: is 3, expected a min above 1, or a max below 3: it would change nothing
          {rules: [{type: target, metric: true, target: 60}]} | rules[0].metric: is 'true', expected the name of a metric and no truth
          {rules: [{type: target, target: '٦٠'}]} | rules[0].target: is '٦٠', expected a number from 1.0E-9 to 1.0E15
          {victims: least-loaded, rules: []} | victims: is least-loaded, expected a rule on a metric, or newest or oldest: nothing tells load
          {rules: [{type: predictive, target: 100}]} | rules[0].target: is 100.0, expected less than 100: a mean of cpu is never above it
          {rules: [{type: schedule, timezone: UTC, start: '*/10 * * * *', end: '*/5 * * * *'}]} | rules[0].start: is '*/10 * * * *', expected times of which one at least is not also a time of end, '*/5 * * * *': it would never begin
          {rules: [{type: schedule, timezone: UTC, start: 0 0 * * mon, end: 0 0 * * *}]} | rules[0].start: is '0 0 * * mon', expected times of which one at least is not also a time of end, '0 0 * * *': it would never begin
          {rules: [{type: schedule, timezone: UTC, start: 0 8 * * *, end: 0 8 * * 0-6}]} | rules[0].end: is '0 8 * * 0-6', expected other times than those of start
          {rules: [{type: schedule, timezone: UTC, start: 0 8 * * fri-mon, end: 0 9 * * *}]} | rules[0].start: is '0 8 * * fri-mon', expected a range from low to high in place of 'fri-mon', such as two ranges with a comma
          """)
  void whatCouldNeverComeAboutIsRefused(String policy, String problem) {
    aContradictionIsToldWithItsPathItsValueAndWhatWasExpected(policy, problem);
  }

  @Test
  void whatAMetricWithoutKnownEndsCanReachIsNotJudged() throws JsonProcessingException {
    assertThat(
            policy(
                    """
                    rules:
                      - {type: target, metric: queue_length, target: 500}
                      - {type: threshold, metric: queue_length, above: 100, below: -3}
                      - {type: target, metric: cpu, target: 90}
                      - {type: threshold, metric: cpu, above: 99, below: 0}
                    """)
                .rules())
        .hasSize(4);
  }

  @Test
  void textThatIsNoPolicyAtAllIsRefused() {
    assertThatThrownBy(() -> Policies.parse("empty.yaml", " \n# only a comment\n"))
        .hasMessageStartingWith("empty.yaml: (root): is empty, expected a policy");
    assertThatThrownBy(() -> Policies.parse("list.yaml", "[1, 2]"))
        .hasMessageContaining("(root): is [1,2], expected an object");
    assertThatThrownBy(() -> Policies.parse("broken.yaml", "servers: {min: 1"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("broken.yaml: line ");
    assertThatThrownBy(() -> Policies.parse("twice.yaml", "window: 1s\nwindow: 2s\n"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("line 2")
        .hasMessageContaining("window");
  }

  private static ZonePolicy policy(String yaml) throws JsonProcessingException {
    Section root = Section.root(Json.yaml().readTree(yaml));
    ZonePolicy policy = Policies.policy(root);
    root.orThrow("policy.yaml");
    return policy;
  }
}
