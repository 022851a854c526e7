package io.sluice.schemas.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.sluice.schemas.codec.Json;
import io.sluice.schemas.config.ConfigException;
import io.sluice.schemas.config.Section;
import io.sluice.schemas.metric.Measurer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
        entrypoint: /entry.sh
        command: nginx -g 'daemon off;'
        user: www-data:33
        stopSignal: SIGQUIT
        gpus: 1
        volumes: uploads:/var/uploads /srv/pages:/usr/share/nginx/html:ro
        port: 80
        protocol: h2c
        pids: 64
        readOnly: false
        writable: /run /var/cache/nginx
        capabilities: CHOWN NET_BIND_SERVICE
        labels: {team: web}
        metrics: engine
      """;

  @ParameterizedTest
  @CsvSource({
    "writable, /run",
    "writable, /run/secrets",
    "writable, /run/secrets/more",
    "volumes, shared:/run/secrets",
    "volumes, /srv/keys:/run",
  })
  void nothingMayStandWhereFilesOfSecretsDo(String key, String place) {
    String storage = "container: {%s: '%s', secrets: [%s]}";

    assertThatThrownBy(
            () -> Templates.parse("PUT", storage.formatted(key, place, "{name: key, file: key}")))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("container.secrets");
    assertThat(Templates.parse("PUT", storage.formatted(key, place, "{name: key, variable: KEY}")))
        .isNotNull();
  }

  @Test
  void aTemplateThatIsTooLongAsAFactIsRefusedByItsLengthAsJson() {
    String quotes = "'" + "\"".repeat(300_000) + "'";

    assertThatThrownBy(() -> Templates.parse("PUT", "environment: {TEXT: " + quotes + "}"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("at most 524288 bytes as JSON");
  }

  @Test
  void anEmptyTemplateIsTheDemoApplicationLockedDown() throws JsonProcessingException {
    ServerTemplate template = Templates.read(section("{}"));

    assertThat(template).isEqualTo(ServerTemplate.DEFAULT);
    assertThat(template.container())
        .isEqualTo(
            new ContainerTemplate(
                ContainerProcess.DEFAULT,
                ServerPort.of(8080),
                Optional.empty(),
                Optional.empty(),
                new ContainerStorage(true, List.of("/tmp"), List.of()),
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
                    new ContainerProcess(
                        List.of("/entry.sh"),
                        List.of("nginx", "-g", "daemon off;"),
                        Optional.of("www-data:33"),
                        Optional.of("SIGQUIT")),
                    new ServerPort(80, ServerProtocol.H2C),
                    Optional.of(64),
                    Optional.of(1),
                    new ContainerStorage(
                        false,
                        List.of("/run", "/var/cache/nginx"),
                        List.of(
                            new Volume("uploads", "/var/uploads", false),
                            new Volume("/srv/pages", "/usr/share/nginx/html", true))),
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

  @ParameterizedTest
  @CsvSource({
    "user, Root, 'expected one such as 1000, 1000:33 or www-data'",
    "user, 'a b', 'expected one such as 1000, 1000:33 or www-data'",
    "stopSignal, SIGKILL, 'expected one that asks a process to end'",
    "stopSignal, TERM, 'expected one that asks a process to end'",
    "gpus, 0, '1 to 64'",
    "gpus, 65, '1 to 64'",
    "volumes, uploads, 'expected name:/directory'",
    "volumes, 'uploads:relative', 'expected name:/directory'",
    "volumes, '/srv/../etc:/pages', 'expected name:/directory'",
    "volumes, '/:/host', 'expected name:/directory'",
    "volumes, 'uploads:/proc/sys', 'none of /proc, /sys and /dev'",
    "volumes, 'uploads:/dev', 'none of /proc, /sys and /dev'",
    "stopSignal, 'SIGRTMIN+16', 'expected one that asks a process to end'",
    "user, 2147483648, 'expected one such as 1000'",
    "writable, '/tmp /data/', 'no / at its end'",
    "writable, '/a//b', 'with no // or ..'",
    "volumes, 'uploads:/a:rx', 'expected name:/directory'",
    "volumes, 'uploads:/tmp', 'one thing there'",
    "volumes, 'a1:/data b2:/data', 'one thing there'"
  })
  void whatNoContainerCanHaveIsRefusedWithWhatItCan(String key, String value, String expected) {
    assertThatThrownBy(() -> Templates.parse("here", "container: {%s: '%s'}".formatted(key, value)))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("container." + key)
        .hasMessageContaining(expected);
  }

  private static Section section(String yaml) throws JsonProcessingException {
    return Section.root(Json.yaml().readTree(yaml));
  }
}
