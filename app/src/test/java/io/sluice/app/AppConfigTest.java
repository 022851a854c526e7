package io.sluice.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.schemas.config.ConfigException;
import io.sluice.schemas.config.KafkaAccess;
import io.sluice.schemas.config.Problem;
import io.sluice.schemas.id.ServerId;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AppConfigTest {
  private static final ServerId SERVER = ServerId.of("zone1-1");

  @Test
  void onlyTheServersIdIsRequired() {
    AppConfig config = AppConfig.ofEnvironment(Map.of("SLUICE_SERVER", "zone1-1"));

    assertThat(config)
        .isEqualTo(
            new AppConfig(
                SERVER,
                "127.0.0.1",
                5001,
                Optional.empty(),
                Duration.ofSeconds(1),
                Duration.ofSeconds(10),
                1_000,
                Duration.ofSeconds(10)))
        .isEqualTo(AppConfig.of(SERVER));
  }

  @Test
  void everyKeyIsRead() {
    Map<String, String> environment = new HashMap<>();
    environment.put("SLUICE_SERVER", "zone2-7");
    environment.put("SLUICE_HOST", "0.0.0.0");
    environment.put("SLUICE_PORT", "0");
    environment.put("SLUICE_BOOTSTRAP", "a:9092,b:9093");
    environment.put("SLUICE_METRICS_INTERVAL", "250ms");
    environment.put("SLUICE_WORK_MAX", "2s");
    environment.put("SLUICE_WORK_WAITING_MAX", "0");
    environment.put("SLUICE_STOP_TIMEOUT", "0s");

    assertThat(environment.keySet()).containsExactlyInAnyOrderElementsOf(AppConfig.KEYS);
    assertThat(AppConfig.ofEnvironment(environment))
        .isEqualTo(
            new AppConfig(
                ServerId.of("zone2-7"),
                "0.0.0.0",
                0,
                Optional.of(KafkaAccess.at("a:9092,b:9093")),
                Duration.ofMillis(250),
                Duration.ofSeconds(2),
                0,
                Duration.ZERO));
  }

  @Test
  void allProblemsAreToldAtOnce() {
    Map<String, String> environment =
        Map.of(
            "SLUICE_PORT", "65536",
            "SLUICE_BOOTSTRAP", "nowhere",
            "SLUICE_METRICS_INTERVAL", "1ms",
            "SLUICE_WORK_MAX", "soon",
            "SLUICE_WORK_WAITING_MAX", "-1",
            "SLUICE_STOP_TIMEOUT", "1d");

    assertThatThrownBy(() -> AppConfig.ofEnvironment(environment))
        .isInstanceOfSatisfying(
            ConfigException.class,
            wrong ->
                assertThat(wrong.problems().stream().map(Problem::path))
                    .containsExactlyInAnyOrderElementsOf(
                        List.of(
                            "SLUICE_SERVER",
                            "SLUICE_PORT",
                            "SLUICE_BOOTSTRAP",
                            "SLUICE_METRICS_INTERVAL",
                            "SLUICE_WORK_MAX",
                            "SLUICE_WORK_WAITING_MAX",
                            "SLUICE_STOP_TIMEOUT")));
  }

  @Test
  void whatOthersPutIntoTheEnvironmentIsNotLookedAt() {
    AppConfig config =
        AppConfig.ofEnvironment(
            Map.of("SLUICE_SERVER", "zone1-1", "SLUICE_OTHER", "x", "PATH", "/bin"));

    assertThat(config).isEqualTo(AppConfig.of(SERVER));
  }

  @Test
  void anEmptyVariableIsAnAbsentOne() {
    AppConfig config =
        AppConfig.ofEnvironment(Map.of("SLUICE_SERVER", "zone1-1", "SLUICE_BOOTSTRAP", ""));

    assertThat(config.kafka()).isEmpty();
  }

  @Test
  void variablesForTheProducerAreGivenItByKafkasNames() {
    AppConfig config =
        AppConfig.ofEnvironment(
            Map.of(
                "SLUICE_SERVER", "zone1-1",
                "SLUICE_BOOTSTRAP", "a:9092",
                "SLUICE_KAFKA_SECURITY_PROTOCOL", "SASL_SSL",
                "SLUICE_KAFKA_SSL_ENDPOINT_IDENTIFICATION_ALGORITHM", ""));

    assertThat(config.kafka())
        .contains(
            new KafkaAccess(
                "a:9092",
                Map.of(
                    "security.protocol", "SASL_SSL", "ssl.endpoint.identification.algorithm", "")));
  }

  @Test
  void whatTheServerSaysToKafkaItselfIsRefused() {
    assertThatThrownBy(() ->
            AppConfig.ofEnvironment(Map.of("SLUICE_SERVER", "zone1-1", "SLUICE_KAFKA_ACKS", "0")))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("kafka.acks");
  }
}
