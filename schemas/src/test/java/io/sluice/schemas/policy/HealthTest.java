package io.sluice.schemas.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.sluice.schemas.codec.Json;
import io.sluice.schemas.config.ConfigException;
import io.sluice.schemas.config.Problem;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class HealthTest {
  private static Health read(String text) {
    return Templates.parse("test", text).health();
  }

  private static Stream<Health> everyKind() {
    return Stream.of(
        new Health.Http("/up?deep=1", Statuses.of("200-299,404"), Optional.of("shop.example")),
        Health.Http.of("/"),
        new Health.Tcp(),
        new Health.Command(
            List.of("pg_isready", "-h", "a b"), Duration.ofSeconds(3), Duration.ofMillis(1500)),
        new Health.Running(Duration.ofSeconds(2)));
  }

  private static List<Problem> problems(String text) {
    try {
      Templates.parse("test", text);
      return List.of();
    } catch (ConfigException refused) {
      return refused.problems();
    }
  }

  private static ServerTemplate template(Health health) {
    ServerTemplate usual = ServerTemplate.DEFAULT;
    return new ServerTemplate(
        usual.image(),
        usual.environment(),
        usual.memoryBytes(),
        usual.cpus(),
        usual.startTimeout(),
        usual.drainTimeout(),
        health,
        usual.container());
  }

  @ParameterizedTest
  @MethodSource("everyKind")
  void whatIsDescribedIsReadAsItWas(Health health) throws JsonProcessingException {
    String described = Json.yaml().writeValueAsString(Templates.describe(template(health)));

    assertThat(read(described)).isEqualTo(health);
  }

  @ParameterizedTest
  @MethodSource("everyKind")
  void whatIsRecordedIsReadAsItWas(Health health) throws JsonProcessingException {
    String recorded = Json.mapper().writeValueAsString(template(health));

    assertThat(Json.mapper().readValue(recorded, ServerTemplate.class).health()).isEqualTo(health);
  }

  @Test
  void aHealthPathIsAskedForAndAnswers200() {
    assertThat(read("healthPath: /up")).isEqualTo(Health.Http.of("/up"));
    assertThat(read("{}"))
        .isEqualTo(ServerTemplate.HEALTH_DEFAULT)
        .isEqualTo(Health.Http.of("/health_check"));
  }

  @Test
  void eachKindHasItsDefaults() {
    assertThat(read("health: {http: {path: /up}}"))
        .isEqualTo(new Health.Http("/up", Statuses.SUCCESS, Optional.empty()));
    assertThat(read("health: {command: pg_isready -q}"))
        .isEqualTo(
            new Health.Command(
                List.of("pg_isready", "-q"), Duration.ofSeconds(10), Duration.ofSeconds(5)));
    assertThat(read("health: {process: {}}")).isEqualTo(new Health.Running(Duration.ofSeconds(5)));
    assertThat(read("startTimeout: 2s\nhealth: {process: {}}"))
        .isEqualTo(new Health.Running(Duration.ofSeconds(1)));
  }

  @Test
  void whatIsNoHealthIsRefusedWithItsPlace() {
    assertThat(problems("health: {}")).extracting(Problem::path).containsExactly("health");
    assertThat(problems("health: {tcp: {}, process: {}}"))
        .extracting(Problem::value)
        .containsExactly("tcp and process");
    assertThat(problems("health: {http: {status: 2xx, host: 'a b'}}"))
        .extracting(Problem::path)
        .containsExactlyInAnyOrder("health.http.path", "health.http.status", "health.http.host");
    assertThat(problems("health: {http: {path: //other/}}"))
        .extracting(Problem::path)
        .contains("health.http.path");
    assertThat(
            problems(
                "startTimeout: 20s\nhealth: {command: pg_isready, interval: 16s, timeout: 4s}"))
        .singleElement()
        .satisfies(problem -> {
          assertThat(problem.path()).isEqualTo("health.interval");
          assertThat(problem.value()).isEqualTo("'16s' with a timeout of 4s");
          assertThat(problem.expected()).contains("startTimeout, which is 20s");
        });
    assertThat(problems("health: {command: '', interval: 1ms, timeout: 2h}"))
        .extracting(Problem::path)
        .containsExactlyInAnyOrder("health.command", "health.interval", "health.timeout");
    assertThat(problems("health: {process: {after: 60s}}"))
        .extracting(Problem::expected)
        .containsExactly("less than startTimeout, which is 1m");
    assertThat(problems("health: {tcp: {port: 80}}"))
        .extracting(Problem::path)
        .containsExactly("health.tcp.port");
    assertThat(problems("health: {tcp: {}, interval: 10s}"))
        .extracting(Problem::path)
        .containsExactly("health.interval");
    assertThat(problems("healthPath: /up\nhealth: {tcp: {}}"))
        .extracting(Problem::path)
        .containsExactly("healthPath");
  }

  @Test
  void statusesAreRangesOfFinalOnes() {
    assertThat(Statuses.of("200-299,404").contain(404)).isTrue();
    assertThat(Statuses.of("200-299,404").contain(403)).isFalse();
    assertThat(Statuses.of("204")).hasToString("204");
    assertThatThrownBy(() -> Statuses.of("100-200")).hasMessageContaining("within 200-599");
    assertThatThrownBy(() -> Statuses.of("200;300")).hasMessageContaining("numbers and ranges");
  }

  @Test
  void workersTakeNoRequests() {
    assertThat(everyKind().map(HealthTest::template).map(ServerTemplate::works))
        .containsExactly(false, false, false, true, true);
  }
}
