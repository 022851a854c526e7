package io.sluice.schemas.topic;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.schemas.Samples;
import io.sluice.schemas.codec.Json;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The AsyncAPI document and the catalogue of topics say the same. */
class AsyncApiTest {
  private final JsonNode document = read();

  @Test
  void everyTopicIsAChannelAndEveryChannelIsATopic() {
    Set<String> addresses = new TreeSet<>();
    document.path("channels").forEach(channel -> addresses.add(channel.path("address").asText()));

    Set<String> names = new TreeSet<>();
    topics().forEach(topic -> names.add(address(topic)));
    assertThat(addresses).isEqualTo(names);
  }

  @Test
  void cleanupAndRetentionAreTheCataloguesOwn() {
    for (Topic<?, ?> topic : topics()) {
      JsonNode settings = channel(address(topic)).at("/bindings/kafka/topicConfiguration");

      assertThat(settings.at("/cleanup.policy/0").asText())
          .isEqualTo(topic.settings().get("cleanup.policy"));
      assertThat(settings.path("retention.ms").asText())
          .isEqualTo(topic.settings().get("retention.ms"));
    }
  }

  @Test
  void everyReferenceLeadsSomewhere() {
    for (JsonNode reference : document.findValues("$ref")) {
      String target = reference.asText();
      if (target.startsWith("#/")) {
        assertThat(document.at(target.substring(1)).isMissingNode()).as(target).isFalse();
      } else {
        assertThat(getClass().getResource("/io/sluice/schemas/" + target.substring(2)))
            .as(target)
            .isNotNull();
      }
    }
  }

  @Test
  void theHeadersAreTheOnesThatAreWritten() {
    assertThat(headers("FleetEvent"))
        .isEqualTo(CloudEvent.headers(Samples.facts().getFirst(), "1", "/test", 1).keySet());
    assertThat(headers("DeadLetter"))
        .isEqualTo(
            new DeadLetter("journal", 0, 1, "garbage")
                .content(new byte[0], new byte[DeadLetter.BYTES_MAX])
                .headers()
                .keySet());
  }

  private Set<String> headers(String message) {
    Set<String> names = new TreeSet<>();
    document
        .at("/components/messages/" + message + "/headers/properties")
        .fieldNames()
        .forEachRemaining(names::add);
    return names;
  }

  private JsonNode channel(String address) {
    for (JsonNode channel : document.path("channels")) {
      if (channel.path("address").asText().equals(address)) {
        return channel;
      }
    }
    throw new AssertionError("no channel " + address);
  }

  private static String address(Topic<?, ?> topic) {
    return topic.name().replace("." + Samples.ZONE, ".{zone}");
  }

  private static List<Topic<?, ?>> topics() {
    List<Topic<?, ?>> topics = new ArrayList<>(Topics.common());
    topics.add(Topics.membership(Samples.ZONE));
    return topics;
  }

  private static JsonNode read() {
    try (InputStream stream =
        AsyncApiTest.class.getResourceAsStream("/io/sluice/schemas/asyncapi.yaml")) {
      assertThat(stream).isNotNull();
      return Json.yaml().readTree(stream);
    } catch (IOException unreadable) {
      throw new AssertionError(unreadable);
    }
  }
}
