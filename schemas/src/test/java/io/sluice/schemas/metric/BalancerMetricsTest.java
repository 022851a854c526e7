package io.sluice.schemas.metric;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.codec.Decoded;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.metric.BalancerMetrics.OfServer;
import io.sluice.schemas.topic.Topics;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class BalancerMetricsTest {
  private static final ZoneId ZONE = new ZoneId("zone1");

  @Test
  void aServersTimesAreReadAsTheyWereWrittenAndNoTimesAreNotWritten() {
    RequestTimes times =
        new RequestTimes(
            LongStream.rangeClosed(0, RequestTimes.BOUNDS_MICROS.size()).boxed().toList());

    assertThat(text(report(times))).contains("\"times\":[0,1,2,");
    assertThat(Topics.BALANCER_METRICS.value().decode(text(report(times)).getBytes(UTF_8)))
        .isEqualTo(new Decoded.Value<>(report(times)));
    assertThat(text(report(RequestTimes.NONE))).doesNotContain("times");
    assertThat(
            Topics.BALANCER_METRICS.value().decode(text(report(RequestTimes.NONE)).getBytes(UTF_8)))
        .isEqualTo(new Decoded.Value<>(report(RequestTimes.NONE)));
  }

  private static String text(BalancerMetrics report) {
    return new String(Topics.BALANCER_METRICS.value().encode(report), UTF_8);
  }

  private static BalancerMetrics report(RequestTimes times) {
    return new BalancerMetrics(
        new BalancerMetrics.Reporter("/balancers/zone1", "p"),
        ZONE,
        Instant.EPOCH,
        1,
        new BalancerMetrics.Traffic(0, 0, 0, 0, 0, RequestTimes.NONE),
        new TreeMap<>(Map.of(ZONE.server(1), new OfServer(120, 3, 2, Optional.of(5.0), times))),
        1,
        false);
  }
}
