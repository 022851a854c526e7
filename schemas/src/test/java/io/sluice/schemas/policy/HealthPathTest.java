package io.sluice.schemas.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.schemas.config.ConfigException;
import java.net.URI;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HealthPathTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "/health_check?x={id}",
        "/x?{id}",
        "/%zz",
        "/%",
        "//other:80/x",
        "//",
        "///x",
        "/a\\b",
        "\\\\host",
        "/a#b",
        "/a b",
        "/a\u0007",
        "/a\nb",
        "/ä",
        "ready",
        "",
        "http://other/x",
        "/<x>",
        "/\"x\"",
        "/a|b",
        "/a^b",
        "/[x]"
      })
  void whatCanNotBeAskedOfTheServerIsRefusedByName(String path) {
    assertThatThrownBy(() -> Templates.parse("test", template("healthPath", path)))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("healthPath")
        .hasMessageContaining("such as /health_check");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/",
        "/health_check",
        "/a?b=c&d=e",
        "/a%20b",
        "/a/../b",
        "/x?http://other/",
        "/a;b=c",
        "/a:b",
        "/x//y",
        "/?q",
        "/a@b",
        "/~user",
        "/x?a[0]"
      })
  void whatStaysOnTheServerIsTaken(String path) {
    assertThatCode(() -> Templates.parse("test", template("healthPath", path)))
        .doesNotThrowAnyException();
    assertThat(URI.create("http://server:1").resolve(path).getAuthority()).isEqualTo("server:1");
  }

  @Test
  void aVeryLongPathIsRefusedWithoutBeingRepeated() {
    assertThatThrownBy(
            () -> Templates.parse("test", template("healthPath", "/" + "x".repeat(9_999))))
        .isInstanceOf(ConfigException.class)
        .satisfies(refused -> assertThat(refused.getMessage()).hasSizeLessThan(500));
  }

  @Test
  void whatTheFleetSetsItselfNoTemplateMaySet() {
    for (String name : new TreeSet<>(ServerTemplate.OWN_VARIABLES)) {
      assertThatThrownBy(() -> Templates.parse("test", "environment: {" + name + ": \"36999\"}"))
          .isInstanceOf(ConfigException.class)
          .hasMessageContaining("environment." + name)
          .hasMessageContaining("36999")
          .hasMessageContaining("the fleet sets them itself");
    }
    assertThatCode(
            () -> Templates.parse("test", "environment: {SLUICE_KAFKA_SASL_MECHANISM: PLAIN}"))
        .doesNotThrowAnyException();
  }

  @Test
  void whatAnEarlierReleaseRecordedCanStillBeRead() throws JsonProcessingException {
    ServerTemplate recorded =
        io.sluice.schemas.codec.Json.mapper()
            .readValue(
                "{\"image\":\"a\",\"environment\":{\"SLUICE_PORT\":\"1\"},\"startTimeout\":\"PT1S\","
                    + "\"drainTimeout\":\"PT1S\",\"healthPath\":\"/x?{id}\"}",
                ServerTemplate.class);

    assertThat(recorded.health()).isEqualTo(Health.Http.of("/x?{id}"));
  }

  private static String template(String key, String value) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put(key, value);
    return node.toString();
  }
}
