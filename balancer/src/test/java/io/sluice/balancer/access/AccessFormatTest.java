package io.sluice.balancer.access;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.schemas.codec.Json;
import java.time.Duration;
import java.time.Instant;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

final class AccessFormatTest {
  private static AccessEntry entry(String line, String agent) {
    return new AccessEntry(
        Instant.parse("2000-10-10T20:55:36Z"),
        new AccessEntry.Asked("127.0.0.1", line, "", agent),
        new AccessEntry.Outcome(
            200, 2326, "zone1-1", Duration.ofMillis(12), RequestError.TRUNCATED));
  }

  private final AccessEntry plain = entry("GET /apache_pb.gif HTTP/1.0", "Mozilla/4.08");

  @Test
  void writesTheCommonFormat() {
    assertThat(AccessFormat.COMMON.line(plain))
        .isEqualTo(
            "127.0.0.1 - - [10/Oct/2000:20:55:36 +0000] \"GET /apache_pb.gif HTTP/1.0\" 200 2326");
  }

  @Test
  void writesTheCombinedFormat() {
    assertThat(AccessFormat.COMBINED.line(plain)).endsWith(" 200 2326 \"-\" \"Mozilla/4.08\"");
  }

  @Test
  void writesJson() throws Exception {
    JsonNode tree = Json.mapper().readTree(AccessFormat.JSON.line(plain));
    assertThat(tree.path("method").asText()).isEqualTo("GET");
    assertThat(tree.path("target").asText()).isEqualTo("/apache_pb.gif");
    assertThat(tree.path("status").asInt()).isEqualTo(200);
    assertThat(tree.path("seconds").asDouble()).isEqualTo(0.012);
    assertThat(tree.path("server").asText()).isEqualTo("zone1-1");
    assertThat(tree.path("error").asText()).isEqualTo("truncated");
  }

  @Property
  void nobodyWritesMoreThanOneLineOrLeavesTheQuotes(@ForAll String line, @ForAll String agent)
      throws Exception {
    AccessEntry entry = entry(line, agent);
    for (AccessFormat format : AccessFormat.values()) {
      assertThat(format.line(entry)).matches("[\\x20-\\x7e]*");
    }
    long quotes = AccessFormat.COMBINED.line(entry).chars().filter(c -> c == '"').count();
    assertThat(quotes).isEqualTo(6);
    assertThat(Json.mapper().readTree(AccessFormat.JSON.line(entry)).path("userAgent").asText())
        .isEqualTo(agent);
  }
}
