package io.sluice.schemas.metric;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.Samples;
import io.sluice.schemas.codec.Codec;
import io.sluice.schemas.codec.Decoded;
import io.sluice.schemas.topic.Topics;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ServerMetricsTest {
  private static final Codec<ServerMetrics> CODEC = Topics.METRICS.value();

  @Test
  void readsTheNamesOfTheOriginAndAnyFurtherNumber() {
    ServerMetrics metrics =
        read(
            "{'server':'zone1-2','at':'2026-11-01T12:00:00Z','cpu_usage':71,'memory_usage':30.5,"
                + "'throughput':12,'health_status':'healthy','queue_length':4,"
                + "'tags':{'a':[1,{'b':2}]},'note':'text','Odd-Name':1}");

    assertThat(metrics.values())
        .isEqualTo(
            Map.of(
                Metric.CPU,
                71.0,
                Metric.MEMORY,
                30.5,
                Metric.THROUGHPUT,
                12.0,
                new Metric("queue_length"),
                4.0));
    assertThat(metrics.zone()).isEqualTo(Samples.ZONE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"'cpu_usage':90,'cpu':1", "'cpu':1,'cpu_usage':90"})
  void theNameOfTheWireHoldsWhereAnotherStandsBesideIt(String figures) {
    assertThat(
            read("{'server':'zone1-2','at':'2026-11-01T12:00:00Z',%s}".formatted(figures)).values())
        .isEqualTo(Map.of(Metric.CPU, 90.0));
  }

  @ParameterizedTest
  @CsvSource({
    "cpu, -1, false",
    "cpu, 0, true",
    "cpu, 105, true",
    "cpu, 106, false",
    "in_flight, -1, false",
    "in_flight, 1e9, true",
    "in_flight, 1e12, false",
    "throughput, 2e9, false",
    "queue_length, -1, true",
    "queue_length, 1e12, true"
  })
  void whatNoServerCanMeasureIsNotPossible(String metric, double value, boolean possible) {
    assertThat(new Metric(metric).isPossible(value)).isEqualTo(possible);
  }

  @Test
  void missingIsNotZero() {
    assertThat(read("{'server':'zone1-2','at':'2026-11-01T12:00:00Z'}").values()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"'degraded'", "''", "5", "null", "{'a':[1]}", "['healthy']"})
  void whatAServerSaysOfItsHealthNeverMakesItsFiguresUnreadable(String word) {
    ServerMetrics metrics =
        read(
            "{'server':'zone1-2','at':'2026-11-01T12:00:00Z','health_status':%s,'cpu_usage':7}"
                .formatted(word));

    assertThat(metrics.health()).isEqualTo(HealthStatus.UNKNOWN);
    assertThat(metrics.values()).isEqualTo(Map.of(Metric.CPU, 7.0));
  }

  @Test
  void saysWhatIsWrong() {
    assertThat(problem("{'at':'2026-11-01T12:00:00Z'}")).contains("'server' is missing");
    assertThat(problem("{'server':'zone1-2'}")).contains("'at' is missing");
    assertThat(problem("{'server':'zone1-2','zone':'zone2','at':'2026-11-01T12:00:00Z'}"))
        .contains("zone 'zone2' is not the zone of server 'zone1-2'");
    assertThat(problem("{'server':'zone1-2','at':'yesterday'}")).contains("yesterday");
    assertThat(problem("{'server':'zone1-2','at':'2026-11-01T12:00:00Z','cpu_usage':1e999}"))
        .contains("finite");
    assertThat(problem("[]")).contains("expected a JSON object");
    assertThat(problem("{'server':'zone1-2',")).contains("ServerMetrics");
  }

  private static ServerMetrics read(String json) {
    return CODEC
        .decode(json.replace('\'', '"').getBytes(UTF_8))
        .orElseThrow(IllegalArgumentException::new);
  }

  private static String problem(String json) {
    return switch (CODEC.decode(json.replace('\'', '"').getBytes(UTF_8))) {
      case Decoded.Malformed<ServerMetrics>(String problem) -> problem;
      case Decoded.Value<ServerMetrics> value -> throw new AssertionError(value);
      case Decoded.UnknownType<ServerMetrics> unknown -> throw new AssertionError(unknown);
    };
  }
}
