package io.sluice.schemas.topic;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.config.Problem;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.topic.TopicFaults.Setting;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TopicFaultsTest {
  private static final Topic<?, ?> MEMBERSHIP = Topics.membership(new ZoneId("zone1"));

  @Test
  void topicsAsSluiceMakesThemHaveNone() {
    for (Topic<?, ?> topic : Topics.common()) {
      assertThat(TopicFaults.of(topic, 6, 6, own(topic))).as(topic.name()).isEmpty();
    }
    assertThat(TopicFaults.of(MEMBERSHIP, 1, 1, own(MEMBERSHIP))).isEmpty();
  }

  @Test
  void topicsWithTheDefaultsOfBrokersAreToldWithTheCommandThatMendsThem() {
    List<Problem> faults = TopicFaults.of(Topics.JOURNAL, 6, 6, plain());

    assertThat(faults)
        .extracting(Problem::path)
        .containsExactly("topic journal: message.timestamp.type", "topic journal: retention.ms");
    assertThat(faults.getFirst().toString())
        .contains("is CreateTime (the brokers' default), expected LogAppendTime")
        .contains("--entity-name journal --add-config message.timestamp.type=LogAppendTime");
    assertThat(TopicFaults.of(MEMBERSHIP, 1, 1, plain()))
        .extracting(Problem::path)
        .contains("topic membership.zone1: cleanup.policy");
  }

  @Test
  void whoKeepsLessOnPurposeMay() {
    Map<String, Setting> settings = new HashMap<>(own(Topics.JOURNAL));
    settings.put("retention.ms", new Setting("2592000000", true));
    assertThat(TopicFaults.of(Topics.JOURNAL, 6, 6, settings)).isEmpty();

    settings.put("retention.ms", new Setting("60000", true));
    assertThat(TopicFaults.of(Topics.JOURNAL, 6, 6, settings)).hasSize(1);
  }

  @Test
  void anotherNumberOfPartitionsAndALowLimitOfRecordsAreTold() {
    Map<String, Setting> settings = new HashMap<>(own(Topics.SCALE_COMMANDS));
    settings.put("max.message.bytes", new Setting("100000", false));

    assertThat(TopicFaults.of(Topics.SCALE_COMMANDS, 6, 3, settings))
        .extracting(Problem::toString)
        .hasSize(2)
        .anySatisfy(it -> assertThat(it).contains("partitions: is 3, expected 6"))
        .anySatisfy(it -> assertThat(it).contains("max.message.bytes=1048588"));
  }

  private static Map<String, Setting> own(Topic<?, ?> topic) {
    Map<String, Setting> settings = new HashMap<>();
    topic.settings().forEach((name, value) -> settings.put(name, new Setting(value, true)));
    return settings;
  }

  private static Map<String, Setting> plain() {
    return Map.of(
        "message.timestamp.type", new Setting("CreateTime", false),
        "cleanup.policy", new Setting("delete", false),
        "retention.ms", new Setting("604800000", false),
        "retention.bytes", new Setting("-1", false),
        "max.message.bytes", new Setting("1048588", false));
  }
}
