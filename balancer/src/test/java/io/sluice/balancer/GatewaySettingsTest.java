package io.sluice.balancer;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.balancer.handover.HandOverConfig;
import io.sluice.balancer.proxy.ProxyTimeouts;
import io.sluice.balancer.proxy.ZoneTerms;
import io.sluice.schemas.codec.Json;
import io.sluice.schemas.config.Section;
import io.sluice.schemas.id.ZoneId;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class GatewaySettingsTest {
  private static final String LEAST =
      """
      home: zone1
      kafka: {bootstrap: '127.0.0.1:9092'}
      """;

  private static GatewayConfig read(String yaml) throws Exception {
    Section root = Section.root(Json.yaml().readTree(yaml));
    Optional<GatewayConfig> config = GatewaySettings.read(root);
    root.orThrow("test");
    return config.orElseThrow();
  }

  private static String problems(String yaml) throws Exception {
    Section root = Section.root(Json.yaml().readTree(yaml));
    assertThat(GatewaySettings.read(root)).isEmpty();
    return root.problems().toString();
  }

  @Test
  void whatIsNotSaidIsTheDefault() throws Exception {
    GatewayConfig config = read(LEAST);

    assertThat(config.spill().home()).isEqualTo(new ZoneId("zone1"));
    assertThat(config.spill().busyAt()).isEqualTo(64);
    assertThat(config.name()).isEqualTo(new ZoneId("gateway"));
    assertThat(config.zones()).as("all that there are").isEmpty();
    assertThat(config.lookEvery()).isEqualTo(Duration.ofSeconds(5));
    assertThat(config.traffic().port()).isEqualTo(3000);
    assertThat(config.adminPort()).isEqualTo(5049);
    assertThat(config.directory()).isEmpty();
    assertThat(config.handOver()).isEqualTo(HandOverConfig.NONE);
    assertThat(config.health()).isEqualTo(GatewayConfig.Health.DEFAULT);
    assertThat(config.health().timings().retriesMax()).as("nobody is given up").isZero();
    assertThat(config.closeGrace()).isEqualTo(Duration.ofSeconds(5));
  }

  @Test
  void aZoneMayHaveTimeoutsAndRetriesOfItsOwn() throws Exception {
    String own = "{timeouts: {responseHead: 2s}, retry: {statuses: '503'}}";
    var zones = read(LEAST + "traffic: {zones: {zone2: " + own + "}}").traffic().servers().zones();

    assertThat(zones).containsOnlyKeys(new ZoneId("zone2"));
    ZoneTerms terms = zones.values().iterator().next();
    assertThat(terms.timeouts().responseHead()).isEqualTo(Duration.ofSeconds(2));
    assertThat(terms.retry().statuses()).containsExactly(503);
    assertThat(terms.timeouts().bodyIdle())
        .as("what is not said is as everywhere")
        .isEqualTo(ProxyTimeouts.DEFAULT.bodyIdle());
  }

  @Test
  void everyKeyIsRead() throws Exception {
    String all =
        LEAST
            + """
            busyAt: 7
            zones: zone1, zone3
            name: front
            lookEvery: 1s
            directory: /d
            closeGrace: 2s
            handOver: {socket: /d/front.sock, grace: 2m}
            admin: {host: 0.0.0.0, port: 1, token: secret}
            pools: {retryEvery: 3s}
            traffic: {port: 8000}
            """;

    GatewayConfig config = read(all);

    assertThat(config.spill().busyAt()).isEqualTo(7);
    assertThat(config.zones()).containsExactly(new ZoneId("zone1"), new ZoneId("zone3"));
    assertThat(config.name()).isEqualTo(new ZoneId("front"));
    assertThat(config.lookEvery()).isEqualTo(Duration.ofSeconds(1));
    assertThat(config.directory()).contains(Path.of("/d"));
    assertThat(config.handOver().socket()).contains(Path.of("/d/front.sock"));
    assertThat(config.handOver().grace()).isEqualTo(Duration.ofMinutes(2));
    assertThat(config.health().timings().retryEvery()).isEqualTo(Duration.ofSeconds(3));
    assertThat(config.traffic().port()).isEqualTo(8000);
    assertThat(config.adminHost()).isEqualTo("0.0.0.0");
    assertThat(config.adminPort()).isEqualTo(1);
    assertThat(config.token()).contains("secret");
    assertThat(config.closeGrace()).isEqualTo(Duration.ofSeconds(2));
  }

  @Test
  void whatIsMissingIsSaidAtOnce() throws Exception {
    assertThat(problems("{}")).contains("home").contains("kafka.bootstrap");
  }

  @Test
  void aHomeThatIsNotAmongTheZonesIsRefused() throws Exception {
    assertThat(problems(LEAST + "zones: zone2,zone3")).contains("home zone zone1");
  }

  @Test
  void aGatewayGivesNobodyUp() throws Exception {
    assertThat(problems(LEAST + "pools: {retriesMax: 3}")).contains("expected 0");
  }

  @Test
  void aSocketsPathThatIsTooLongIsRefused() throws Exception {
    assertThat(problems(LEAST + "handOver: {socket: /%s}".formatted("x".repeat(90))))
        .contains("handOver.socket");
  }
}
