package io.sluice.provisioner.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.schemas.codec.Json;
import io.sluice.schemas.config.ConfigException;
import io.sluice.schemas.config.KafkaAccess;
import io.sluice.schemas.config.Section;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SinkConfigTest {
  @Test
  void theWayToKafkaIsRead() throws Exception {
    assertThat(read("{security.protocol: SSL}").kafka())
        .isEqualTo(new KafkaAccess("k:1", Map.of("security.protocol", "SSL")));
  }

  @Test
  void howFarItIsIsKeptByItself() {
    assertThatThrownBy(() -> read("{enable.auto.commit: true, group.id: mine}"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContainingAll("kafka.enable.auto.commit", "kafka.group.id");
  }

  private static SinkConfig read(String kafka) throws Exception {
    String yaml = "{bootstrap: 'k:1', history: {url: 'http://h:1'}, kafka: " + kafka + "}";
    return SinkConfig.read("test", Section.root(Json.yaml().readTree(yaml)));
  }
}
