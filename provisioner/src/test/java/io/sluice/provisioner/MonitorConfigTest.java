package io.sluice.provisioner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.sluice.provisioner.api.Tokens;
import io.sluice.provisioner.election.ElectionTimings;
import io.sluice.provisioner.fleet.process.ProcessFleetConfig;
import io.sluice.provisioner.history.HistoryConfig;
import io.sluice.schemas.codec.Json;
import io.sluice.schemas.config.ConfigException;
import io.sluice.schemas.config.KafkaAccess;
import io.sluice.schemas.config.Section;
import io.sluice.schemas.id.MonitorId;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.policy.ServerTemplate;
import io.sluice.schemas.policy.ZonePolicy;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MonitorConfigTest {
  private static final String REST =
      """
      zones: {zone1: {balancer: "http://127.0.0.1:3030", balancerAdmin: "http://127.0.0.1:5050"}}
      processes: {command: x, directory: /tmp/x}
      """;

  private static final String LEAST =
      """
      token: 0123456789abcdef
      zones:
        zone1:
          balancer: http://127.0.0.1:3030
          balancerAdmin: http://127.0.0.1:5050
      processes:
        command: java  -cp app.jar Main
      """;

  private static final ElectionConfig ELECTION =
      new ElectionConfig(
          true,
          ElectionTimings.of(
              Duration.ofSeconds(5),
              Duration.ofSeconds(1),
              Duration.ofMillis(100),
              Duration.ofMillis(1500)));

  private static final String FULL =
      """
      id: 3
      host: 0.0.0.0
      port: 8082
      url: http://monitor3:8082
      monitors: {1: http://monitor1:8080, 2: http://monitor2:8081, 3: http://monitor3:8082}
      election:
        takeover: false
        checkInterval: 6s
        answerTimeout: 700ms
        heartbeatInterval: 200ms
        heartbeatTimeout: 4s
      bootstrap: kafka1:9092,kafka2:9092
      kafka: {security.protocol: SSL, ssl.truststore.location: trust.p12}
      redis: redis://redis:6379
      token: fedcba9876543210
      zones:
        east:
          policy: {servers: {min: 2, max: 8}}
          template: {image: web, drainTimeout: 5s}
          balancer: http://balancer:3030
          balancerAdmin: http://balancer:5050
          balancerCommand: systemctl  restart balancer@east
      processes:
        command: run
        directory: /var/servers
        host: 10.0.0.1
        firstPort: 6001
        crashLogsMax: 3
        detached: false
      timings:
        transactionTimeout: 3s
        stopGrace: 4s
        listInterval: 20s
        snapshotInterval: 7s
        balancerInterval: 500ms
      secrets: {keys: /etc/sluice/secrets.keys}
      history: {url: "http://history:8428/", kind: victoriametrics, token: secret}
      """;

  @Test
  void aMonitorIsReachedAtAnAddressThatSomebodyCanReach() throws Exception {
    assertThatThrownBy(() -> read(LEAST + "url: monitor1:8080\n"))
        .hasMessageContaining("url")
        .hasMessageContaining("expected http://host:port");
    assertThatThrownBy(() -> read(LEAST + "host: 0.0.0.0\n"))
        .hasMessageContaining("url: is missing, and host 0.0.0.0 is every address");
    assertThat(read(LEAST + "host: \"::1\"\n").url()).isEqualTo(URI.create("http://[::1]:8080"));
    assertThat(read(LEAST + "host: \"::\"\nmonitors: {1: \"http://one:8080\"}\n").url())
        .isEqualTo(URI.create("http://one:8080"));
  }

  @Test
  void redisWithoutAPortHasItsUsualOne() throws Exception {
    assertThat(read(LEAST + "redis: redis://cache\n").redis())
        .contains(URI.create("redis://cache:6379"));
    assertThat(read(LEAST + "redis: rediss://user:secret@cache/2\n").redis())
        .contains(URI.create("rediss://user:secret@cache:6379/2"));
  }

  @Test
  void everyDefaultIsPinned() throws Exception {
    assertThat(read(LEAST))
        .isEqualTo(
            new MonitorConfig(
                new MonitorId(1),
                "127.0.0.1",
                8080,
                URI.create("http://127.0.0.1:8080"),
                new TreeMap<>(),
                ELECTION,
                KafkaAccess.at("127.0.0.1:9092"),
                Optional.empty(),
                Tokens.same("0123456789abcdef"),
                List.of(
                    new ZoneConfig(
                        new ZoneId("zone1"),
                        ZonePolicy.DEFAULT,
                        ServerTemplate.DEFAULT,
                        URI.create("http://127.0.0.1:3030"),
                        URI.create("http://127.0.0.1:5050"),
                        List.of(),
                        List.of())),
                new FleetConfig.Processes(
                    new ProcessFleetConfig(
                        List.of("java", "-cp", "app.jar", "Main"),
                        Path.of("servers"),
                        "127.0.0.1",
                        5001,
                        20,
                        true)),
                new MonitorTimings(
                    Duration.ofSeconds(5),
                    Duration.ofSeconds(10),
                    Duration.ofSeconds(30),
                    Duration.ofSeconds(10),
                    Duration.ofSeconds(2)),
                Optional.empty(),
                Optional.empty()));
  }

  @Test
  void theHistoryIsReadAndItsTokenIsNotPrinted() throws Exception {
    MonitorConfig config = read(FULL);

    assertThat(config.secretKeys()).contains(Path.of("/etc/sluice/secrets.keys"));
    assertThat(config.history())
        .contains(
            new HistoryConfig(
                URI.create("http://history:8428"),
                HistoryConfig.Kind.VICTORIAMETRICS,
                "sluice",
                "metrics",
                "secret"));
    assertThat(config.history().orElseThrow().toString()).doesNotContain("secret");
  }

  @Test
  void theWayToKafkaIsRead() throws Exception {
    MonitorConfig config = read(FULL);

    assertThat(config.kafka())
        .isEqualTo(
            new KafkaAccess(
                "kafka1:9092,kafka2:9092",
                Map.of("security.protocol", "SSL", "ssl.truststore.location", "trust.p12")));
  }

  @Test
  void everyKeyIsRead() throws Exception {
    MonitorConfig config = read(FULL);

    assertThat(config.id()).isEqualTo(new MonitorId(3));
    assertThat(config.url()).hasToString("http://monitor3:8082");
    assertThat(config.peers())
        .isEqualTo(
            Map.of(
                new MonitorId(1), URI.create("http://monitor1:8080"),
                new MonitorId(2), URI.create("http://monitor2:8081")));
    assertThat(config.election())
        .isEqualTo(
            new ElectionConfig(
                false,
                ElectionTimings.of(
                    Duration.ofSeconds(6),
                    Duration.ofMillis(700),
                    Duration.ofMillis(200),
                    Duration.ofSeconds(4))));
    assertThat(config.redis()).contains(URI.create("redis://redis:6379"));
    assertThat(config.zones().getFirst().policy().max()).isEqualTo(8);
    assertThat(config.zones().getFirst().balancerCommand())
        .containsExactly("systemctl", "restart", "balancer@east");
    assertThat(config.zones().getFirst().template().drainTimeout())
        .isEqualTo(Duration.ofSeconds(5));
    assertThat(config.fleet())
        .isEqualTo(
            new FleetConfig.Processes(
                new ProcessFleetConfig(
                    List.of("run"), Path.of("/var/servers"), "10.0.0.1", 6001, 3, false)));
    assertThat(config.timings())
        .isEqualTo(
            new MonitorTimings(
                Duration.ofSeconds(3),
                Duration.ofSeconds(4),
                Duration.ofSeconds(20),
                Duration.ofSeconds(7),
                Duration.ofMillis(500)));
  }

  @Test
  void allProblemsAreToldAtOnce() {
    assertThatThrownBy(() ->
            read(
                """
                id: 0
                port: 70000
                redis: http://redis
                kafka: {transactional.id: mine}
                zones:
                  zone1: {balancer: "nowhere"}
                timings: {listInterval: 1ms}
                colour: red
                """))
        .isInstanceOfSatisfying(
            ConfigException.class,
            refused ->
                assertThat(refused.problems())
                    .extracting(problem -> problem.path())
                    .containsExactlyInAnyOrder(
                        "id",
                        "port",
                        "redis",
                        "kafka.transactional.id",
                        "token",
                        "zones.zone1.balancer",
                        "zones.zone1.balancerAdmin",
                        "processes.command",
                        "timings.listInterval",
                        "colour"));
  }

  /** It would lead, and do nothing without a word. */
  @ParameterizedTest
  @ValueSource(strings = {"", "zones: {}\n"})
  void aMonitorWithoutAZoneIsRefused(String zones) {
    assertThatThrownBy(() ->
            read("token: 0123456789abcdef\nprocesses: {command: x, directory: /tmp/x}\n" + zones))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("zones: is empty, expected at least one zone");
  }

  @Test
  void eachKindOfCallerMayHaveATokenOfItsOwn() throws Exception {
    assertThat(read("token: 0123456789abcdef\n" + REST).tokens())
        .isEqualTo(Tokens.same("0123456789abcdef"));
    assertThat(
            read("token: 0123456789abcdef\ntokens: {balancer: fedcba9876543210}\n" + REST).tokens())
        .isEqualTo(new Tokens("0123456789abcdef", "0123456789abcdef", "fedcba9876543210"));
    assertThatThrownBy(() -> read("tokens: {operator: 0123456789abcdef, peer: short}\n" + REST))
        .isInstanceOfSatisfying(
            ConfigException.class,
            refused ->
                assertThat(refused.problems())
                    .extracting(problem -> problem.path())
                    .containsExactlyInAnyOrder("token", "tokens.peer"));
  }

  /** The JDK's client throws at each call with it. */
  @ParameterizedTest
  @ValueSource(
      strings = {"0123456789abcdef\\n# the old one", "0123456789\\tabcdef", "0123456789grün…"})
  void aTokenThatNoHeaderCarriesIsRefusedAndNotPrinted(String token) {
    String file =
        """
        token: "TOKEN"
        tokens: {peer: "TOKEN"}
        history: {url: "http://x:1", token: "TOKEN"}
        """
            .replace("TOKEN", token);

    assertThatThrownBy(() -> read(file + REST))
        .isInstanceOfSatisfying(
            ConfigException.class,
            refused -> {
              assertThat(refused.problems())
                  .extracting(problem -> problem.path())
                  .containsExactlyInAnyOrder("token", "tokens.peer", "history.token");
              assertThat(refused.getMessage()).doesNotContain("0123456789");
            });
  }

  private static MonitorConfig read(String yaml) throws JsonProcessingException {
    return MonitorConfig.read("test", Section.root(Json.yaml().readTree(yaml)));
  }
}
