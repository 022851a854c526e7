package io.sluice.schemas.policy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.sluice.schemas.codec.Json;
import io.sluice.schemas.config.Section;
import io.sluice.schemas.metric.Measurer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class TemplatesTest {
  private static final String FULL =
      """
      image: nginx:1
      environment: {A: b}
      memoryBytes: 67108864
      cpus: 0.5
      startTimeout: 5s
      drainTimeout: 1500ms
      healthPath: /ready
      container:
        command: nginx -g 'daemon off;'
        port: 80
        pids: 64
        readOnly: false
        writable: /run /var/cache/nginx
        capabilities: CHOWN NET_BIND_SERVICE
        labels: {team: web}
        metrics: engine
      """;

  @Test
  void anEmptyTemplateIsTheDemoApplicationLockedDown() throws JsonProcessingException {
    ServerTemplate template = Templates.read(section("{}"));

    assertThat(template).isEqualTo(ServerTemplate.DEFAULT);
    assertThat(template.container())
        .isEqualTo(
            new ContainerTemplate(
                List.of(),
                8080,
                Optional.empty(),
                true,
                List.of("/tmp"),
                List.of(),
                new TreeMap<>(),
                Measurer.SERVER));
  }

  @Test
  void everyKeyIsRead() throws JsonProcessingException {
    ServerTemplate template = Templates.read(section(FULL));

    assertThat(template)
        .isEqualTo(
            new ServerTemplate(
                "nginx:1",
                new TreeMap<>(Map.of("A", "b")),
                Optional.of(67_108_864L),
                Optional.of(0.5),
                Duration.ofSeconds(5),
                Duration.ofMillis(1500),
                "/ready",
                new ContainerTemplate(
                    List.of("nginx", "-g", "daemon off;"),
                    80,
                    Optional.of(64),
                    false,
                    List.of("/run", "/var/cache/nginx"),
                    List.of("CHOWN", "NET_BIND_SERVICE"),
                    new TreeMap<>(Map.of("team", "web")),
                    Measurer.ENGINE)));
    assertThat(
            Templates.read(section(Json.yaml().writeValueAsString(Templates.describe(template)))))
        .isEqualTo(template);
  }

  @Test
  void allProblemsAreNotedAtOnce() throws JsonProcessingException {
    Section section =
        section(
            """
            healthPath: ready
            container:
              command: sh -c 'never closed
              port: 0
              pids: 1
              writable: tmp
              capabilities: net_raw
              labels: {sluice.zone: other}
              metrics: nobody
            """);

    Templates.read(section);

    assertThat(section.problems())
        .extracting(problem -> problem.path())
        .containsExactlyInAnyOrder(
            "healthPath",
            "container.command",
            "container.port",
            "container.pids",
            "container.writable",
            "container.capabilities",
            "container.labels.sluice.zone",
            "container.metrics");
  }

  private static Section section(String yaml) throws JsonProcessingException {
    return Section.root(Json.yaml().readTree(yaml));
  }
}
