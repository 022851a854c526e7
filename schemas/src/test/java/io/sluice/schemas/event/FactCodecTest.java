package io.sluice.schemas.event;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.Samples;
import io.sluice.schemas.codec.Decoded;
import io.sluice.schemas.topic.CloudEvent;
import io.sluice.schemas.topic.Topics;
import org.junit.jupiter.api.Test;

class FactCodecTest {
  @Test
  void theVersionsAreThoseThatAreWritten() {
    assertThat(Samples.facts())
        .allSatisfy(fact ->
            assertThat(FactVersions.of(CloudEvent.type(fact)))
                .as(CloudEvent.type(fact))
                .isEqualTo(fact.version()));
  }

  @Test
  void aValueOfALaterVersionIsNoGarbage() {
    String policy = text("policy-changed");

    assertThat(decode(policy.replaceAll("\"victims\":\"[a-z-]*\"", "\"victims\":\"most-loaded\"")))
        .isInstanceOf(Decoded.Malformed.class);
    assertThat(
            decode(
                policy
                    .replaceAll("\"victims\":\"[a-z-]*\"", "\"victims\":\"most-loaded\"")
                    .replaceFirst("\"version\":4", "\"version\":9")))
        .isEqualTo(new Decoded.UnknownType<>("policy-changed of version 9"));
  }

  @Test
  void aLaterVersionWhoseFieldsAreAllKnownIsReadByWhoeverNeedNotFoldIt() {
    assertThat(decode(text("policy-changed").replaceFirst("\"version\":4", "\"version\":9")))
        .isInstanceOf(Decoded.Value.class);
  }

  @Test
  void garbageIsMalformedWhateverItSays() {
    for (String garbage :
        new String[] {
          "",
          "null",
          "[]",
          "{",
          "{\"version\":9",
          "{\"version\":9}",
          "{\"version\":99999999999,\"type\":\"policy-changed\"}",
          "{\"type\":\"policy-changed\"}"
        }) {
      assertThat(decode(garbage)).as(garbage).isInstanceOf(Decoded.Malformed.class);
    }
  }

  private static Decoded<FleetEvent> decode(String text) {
    return Topics.FLEET_EVENT.decode(text.getBytes(UTF_8));
  }

  private static String text(String type) {
    return Samples.facts().stream()
        .filter(fact -> CloudEvent.type(fact).equals(type))
        .findFirst()
        .map(fact -> new String(Topics.FLEET_EVENT.encode(fact), UTF_8))
        .orElseThrow();
  }
}
