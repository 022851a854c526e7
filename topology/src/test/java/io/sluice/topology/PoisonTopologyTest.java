package io.sluice.topology;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.event.Actor;
import io.sluice.schemas.event.FleetEvent.ZoneDeclared;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.metric.Metric;
import io.sluice.schemas.policy.Limits;
import io.sluice.schemas.policy.ZonePolicy;
import io.sluice.schemas.topic.Topics;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PoisonTopologyTest {
  private static final byte[] GARBAGE = "{\"server\": oops".getBytes(UTF_8);

  @TempDir private Path directory;
  private Loop loop;

  @BeforeEach
  void start() {
    loop = new Loop(directory);
  }

  @AfterEach
  void stop() {
    loop.close();
  }

  @Test
  void aReportThatNobodyCanReadGoesToTheDeadLettersAndTheRestGoesOn() {
    ZoneId zone = loop.zone("zone1", ZonePolicy.DEFAULT.with(Limits.NONE));
    byte[] key = "zone1-1".getBytes(UTF_8);

    loop.load(zone, 2, 40);
    loop.rawReport(key, GARBAGE);
    loop.load(zone, 3, 40);

    List<TestRecord<byte[], byte[]>> letters = loop.deadLetters();
    assertThat(letters)
        .singleElement()
        .satisfies(letter -> {
          assertThat(letter.key()).isEqualTo(key);
          assertThat(letter.value()).isEqualTo(GARBAGE);
          assertThat(header(letter, "sluice-topic")).isEqualTo("metrics");
          assertThat(header(letter, "sluice-partition")).isEqualTo("0");
          assertThat(header(letter, "sluice-offset")).isEqualTo("2");
          assertThat(header(letter, "sluice-error")).startsWith("ServerMetrics: ");
        });
    assertThat(loop.observations(zone).getLast().means())
        .containsExactly(Map.entry(Metric.CPU, 40.0));
  }

  @Test
  void aReportUnderAnotherKeyOrWithoutOneIsMalformed() {
    ZoneId zone = loop.zone("zone1", ZonePolicy.DEFAULT);
    byte[] report =
        "{\"server\":\"zone1-1\",\"at\":\"2026-01-01T00:00:00Z\",\"cpu_usage\":1}".getBytes(UTF_8);

    loop.rawReport("zone1-2".getBytes(UTF_8), report);
    loop.rawReport("not a server".getBytes(UTF_8), report);
    loop.load(zone, 1, 40);

    assertThat(loop.deadLetters())
        .extracting(letter -> header(letter, "sluice-error"))
        .containsExactly(
            "key 'zone1-2': expected the reporting server 'zone1-1'",
            "key: server 'not a server': expected <zone>-<number>, such as zone1-4");
  }

  @Test
  void garbageInTheJournalNeverWasAFactAndGoesToTheDeadLettersOnce() {
    ZoneId zone = loop.zone("zone1", ZonePolicy.DEFAULT.with(Limits.NONE));
    byte[] key = Topics.ZONE_KEY.encode(zone);

    loop.rawFact(key, GARBAGE);
    loop.rawFact(
        "zone2".getBytes(UTF_8),
        Topics.FLEET_EVENT.encode(new ZoneDeclared(zone, loop.now(), Actor.CONFIGURATION)));

    List<TestRecord<byte[], byte[]>> letters = loop.deadLetters();
    assertThat(letters)
        .extracting(letter -> header(letter, "sluice-topic"))
        .containsExactly("journal", "journal");
    assertThat(header(letters.get(0), "sluice-error")).startsWith("FleetEvent: ");
    assertThat(header(letters.get(1), "sluice-error"))
        .isEqualTo("key 'zone2': expected the fact's zone 'zone1'");
    loop.load(zone, 15, 90);
    assertThat(loop.commands().getLast().to()).isEqualTo(2);
  }

  private static String header(TestRecord<byte[], byte[]> letter, String name) {
    Header header = letter.headers().lastHeader(name);
    return header == null ? "" : new String(header.value(), UTF_8);
  }
}
