package io.sluice.gate;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ContainerIdentityTest {
  @Test
  void whatItIsAndWhoseIsTakenAndNothingElse() throws IOException {
    String description =
        """
        {"Id": "abc", "State": {"Status": "created", "Config": {"Labels": {"sluice.cluster": "red"}}},
         "Config": {"Env": ["A=%s"], "Labels": {"sluice.cluster": "blue", "other": null}, "User": "7"},
         "Name": "/x", "Mounts": [{"Labels": {}}, {"Destination": "/data", "Type": "bind"},
           {"Type": "volume", "Name": "v", "RW": true, "Destination": "/run/secrets"}]}
        """
            .formatted("x".repeat(1_500_000));

    JsonNode told = read(description);

    assertThat(told.toString())
        .isEqualTo(
            "{\"Id\":\"abc\",\"State\":{\"Status\":\"created\"},"
                + "\"Config\":{\"Labels\":{\"sluice.cluster\":\"blue\"},\"User\":\"7\"},"
                + "\"Mounts\":[{\"Type\":\"volume\",\"Name\":\"v\","
                + "\"Destination\":\"/run/secrets\"}]}");
  }

  @Test
  void labelsOutOfProportionAreNotTaken() {
    String many = "\"%s\":\"\",".formatted("x".repeat(1_000));
    StringBuilder labels = new StringBuilder();
    for (int i = 0; i < 300; i++) {
      labels.append(many.replaceFirst("x", Integer.toString(i)));
    }

    assertThatThrownBy(() -> read("{\"Config\":{\"Labels\":{%s\"a\":\"\"}}}".formatted(labels)))
        .isInstanceOf(JsonProcessingException.class);
    assertThatThrownBy(
            () -> read("{\"Config\":{\"Labels\":{\"a\":\"%s\"}}}".formatted("x".repeat(300_000))))
        .isInstanceOf(JsonProcessingException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "null",
        "{\"Id\":\"abc\"",
        "{\"Config\":{\"Labels\":{\"a\":\"b\"}",
        "{\"Id\":\"abc\",",
        "{\"Id\":\"abc\",\"Mounts\":[",
        "{\"Id\":\"abc\",\"Mounts\":[7]}",
        "{\"Id\":\"abc\",\"Mounts\":[{\"Type\":\"volume\"",
        "x"
      })
  void whatIsNoWholeDescriptionIsNone(String text) {
    assertThatThrownBy(() -> read(text)).isInstanceOf(JsonProcessingException.class);
  }

  @Test
  void whatIsMissingOrOfAnotherTypeIsMissing() throws IOException {
    assertThat(read("{\"Id\":7,\"Config\":null}").isEmpty()).isTrue();
    assertThat(read("{\"Config\":{\"Labels\":[]}}").toString()).isEqualTo("{\"Config\":{}}");
  }

  private static JsonNode read(String text) throws IOException {
    return ContainerIdentity.read(new ByteArrayInputStream(text.getBytes(UTF_8)));
  }
}
