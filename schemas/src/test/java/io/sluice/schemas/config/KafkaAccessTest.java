package io.sluice.schemas.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.sluice.schemas.codec.Json;
import java.util.Map;
import org.junit.jupiter.api.Test;

class KafkaAccessTest {
  @Test
  void settingsHaveKafkasNamesAndVariablesComeOnTop() throws Exception {
    Section root =
        root(
            "kafka: {security.protocol: SASL_SSL, retry.backoff.ms: 50}",
            Map.of(
                "SLUICE_KAFKA_SECURITY_PROTOCOL", "SSL",
                "SLUICE_KAFKA_SSL_KEYSTORE_LOCATION", "/keys",
                "SLUICE_KAFKAESQUE", "no"));

    Map<String, String> properties = KafkaAccess.properties(root, "kafka");

    root.orThrow("test");
    assertThat(properties)
        .isEqualTo(
            Map.of(
                "security.protocol", "SSL",
                "retry.backoff.ms", "50",
                "ssl.keystore.location", "/keys"));
  }

  @Test
  void whatSluiceSaysItselfIsRefusedByNameAndLeftOut() throws Exception {
    Section root =
        root(
            "kafka: {acks: '0', client.rack: r1, transactional.id: mine}",
            Map.of("SLUICE_KAFKA_ISOLATION_LEVEL", "read_uncommitted"));

    assertThat(KafkaAccess.properties(root, "kafka")).isEqualTo(Map.of("client.rack", "r1"));
    assertThat(root.problems())
        .extracting(Problem::toString)
        .containsExactlyInAnyOrder(
            "kafka.acks: is set, expected no setting that Sluice makes itself",
            "kafka.isolation.level: is set, expected no setting that Sluice makes itself",
            "kafka.transactional.id: is set, expected no setting that Sluice makes itself");
    assertThatThrownBy(() -> new KafkaAccess("k:1", Map.of("group.id", "mine")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("group.id");
  }

  @Test
  void whatIsNoTextIsToldWithoutBeingShown() throws Exception {
    for (String yaml :
        new String[] {
          "kafka: {sasl: {jaas.config: hush}}",
          "kafka: {sasl.jaas.config: [hush]}",
          "kafka: \"sasl.jaas.config=hush\"",
          "kafka: [hush]"
        }) {
      Section root = root(yaml, Map.of());

      assertThat(KafkaAccess.properties(root, "kafka")).isEmpty();
      assertThatThrownBy(() -> root.orThrow("test"))
          .isInstanceOf(ConfigException.class)
          .hasMessageStartingWith("test: kafka")
          .message()
          .doesNotContain("hush");
    }
  }

  @Test
  void aClientsOwnSettingsAreAmongThoseThatNobodyElseMakes() {
    KafkaAccess access = new KafkaAccess("k:1", Map.of("sasl.mechanism", "PLAIN"));

    assertThat(access.settings(Map.of("acks", "all")))
        .isEqualTo(
            Map.of(
                "bootstrap.servers", "k:1",
                "sasl.mechanism", "PLAIN",
                "retry.backoff.max.ms", 200,
                "acks", "all"));
    assertThat(new KafkaAccess("k:1", Map.of("retry.backoff.max.ms", "900")).settings(Map.of()))
        .containsEntry("retry.backoff.max.ms", "900");
    assertThatThrownBy(() -> access.settings(Map.of("sasl.mechanism", "GSSAPI")))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void secretsAreNotInItsText() {
    KafkaAccess access =
        new KafkaAccess(
            "k:1",
            Map.of(
                "sasl.mechanism", "PLAIN",
                "sasl.jaas.config", "hush",
                "ssl.key.password", "hush",
                "ssl.keystore.key", "hush",
                "sasl.oauthbearer.client.credentials.client.secret", "hush"));

    assertThat(access.toString())
        .contains("k:1", "sasl.mechanism=PLAIN", "sasl.jaas.config=(hidden)")
        .doesNotContain("hush");
    assertThat(KafkaAccess.secret("SLUICE_KAFKA_SASL_JAAS_CONFIG")).isTrue();
  }

  private static Section root(String yaml, Map<String, String> environment)
      throws JsonProcessingException {
    return Section.root(Json.yaml().readTree(yaml), environment);
  }
}
