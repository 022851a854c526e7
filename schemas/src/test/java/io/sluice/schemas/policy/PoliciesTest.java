package io.sluice.schemas.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.sluice.schemas.codec.Json;
import io.sluice.schemas.config.ConfigException;
import io.sluice.schemas.config.Section;
import io.sluice.schemas.metric.Metric;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class PoliciesTest {
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
    ServerTemplate template =
        new ServerTemplate(
            "web:2",
            new TreeMap<>(Map.of("A", "b")),
            Optional.of(8_000_000L),
            Optional.of(0.5),
            Duration.ofSeconds(5),
            Duration.ofMillis(1500));

    assertThat(policy(Json.yaml().writeValueAsString(Policies.describe(policy)))).isEqualTo(policy);
    assertThat(
            Policies.template(Section.root(Json.mapper().valueToTree(Policies.describe(template)))))
        .isEqualTo(template);
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
            "rules[0].type: is 'magic', expected one of threshold, target, step, schedule, predictive")
        .hasMessageContaining("rules[1].below: is 6.0, expected less than above, which is 5.0");
  }

  private static ZonePolicy policy(String yaml) throws JsonProcessingException {
    Section root = Section.root(Json.yaml().readTree(yaml));
    ZonePolicy policy = Policies.policy(root);
    root.orThrow("policy.yaml");
    return policy;
  }
}
