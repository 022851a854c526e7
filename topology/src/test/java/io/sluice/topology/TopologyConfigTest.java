package io.sluice.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.schemas.codec.Json;
import io.sluice.schemas.config.ConfigException;
import io.sluice.schemas.config.Problem;
import io.sluice.schemas.config.Section;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.streams.StreamsConfig;
import org.junit.jupiter.api.Test;

class TopologyConfigTest {
  @Test
  void theDefaultsAreThese() throws Exception {
    assertThat(read("{}"))
        .isEqualTo(
            new TopologyConfig(
                "localhost:9092",
                "sluice",
                6,
                1,
                1,
                Duration.ofMillis(30),
                Path.of("data", "streams"),
                GroupProtocol.STREAMS,
                Duration.ofSeconds(6),
                Map.of()));
  }

  @Test
  void everyKeyCanBeSet() throws Exception {
    assertThat(
            read(
                """
                bootstrap: a:1,b:2
                applicationId: mine
                partitions: 12
                replication: 3
                threads: 4
                commitInterval: 100ms
                stateDirectory: /var/lib/sluice
                groupProtocol: classic
                sessionTimeout: 10s
                kafka:
                  security.protocol: SSL
                """))
        .isEqualTo(
            new TopologyConfig(
                "a:1,b:2",
                "mine",
                12,
                3,
                4,
                Duration.ofMillis(100),
                Path.of("/var/lib/sluice"),
                GroupProtocol.CLASSIC,
                Duration.ofSeconds(10),
                Map.of("security.protocol", "SSL")));
  }

  @Test
  void allProblemsAreNamedAtOnce() {
    assertThatThrownBy(() ->
            read(
                """
                partitions: 0
                commitInterval: 2s
                groupProtocol: telepathy
                kafka:
                  processing.guarantee: at_least_once
                colour: blue
                """))
        .isInstanceOfSatisfying(
            ConfigException.class,
            refused ->
                assertThat(refused.problems())
                    .extracting(Problem::path)
                    .containsExactlyInAnyOrder(
                        "partitions",
                        "commitInterval",
                        "groupProtocol",
                        "kafka.processing.guarantee",
                        "colour"));
  }

  @Test
  void kafkaAcceptsTheSettings() throws Exception {
    for (String protocol : new String[] {"streams", "classic"}) {
      Properties properties = read("groupProtocol: " + protocol).properties();

      StreamsConfig streams = new StreamsConfig(properties);

      assertThat(streams.getString(StreamsConfig.PROCESSING_GUARANTEE_CONFIG))
          .isEqualTo(StreamsConfig.EXACTLY_ONCE_V2);
      assertThat(streams.getString(StreamsConfig.GROUP_PROTOCOL_CONFIG)).isEqualTo(protocol);
      assertThat(streams.getLong(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG)).isEqualTo(30);
    }
  }

  private static TopologyConfig read(String yaml) throws Exception {
    Section section = Section.root(Json.yaml().readTree(yaml));
    TopologyConfig config = TopologyConfig.read(section);
    section.orThrow("test");
    return config;
  }
}
