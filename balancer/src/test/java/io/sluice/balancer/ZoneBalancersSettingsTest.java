package io.sluice.balancer;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.config.Documents;
import io.sluice.schemas.config.Problem;
import io.sluice.schemas.config.Section;
import io.sluice.schemas.id.ZoneId;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ZoneBalancersSettingsTest {
  private static Section root(String text) {
    return Section.root(Documents.parse("file", text));
  }

  @Test
  void whatHoldsForEveryZoneIsThatOfABalancer() {
    ZoneBalancersConfig config =
        ZoneBalancersSettings.read(
                root(
                    """
                    zones: {ports: 9000-9009, adminPorts: 9100-9109, except: "zone1, zone2",
                            advertise: edge, lookEvery: 2s}
                    kafka: {bootstrap: "kafka:9092"}
                    traffic: {host: 0.0.0.0}
                    """))
            .orElseThrow();

    assertThat(config.except()).containsExactlyInAnyOrder(new ZoneId("zone1"), new ZoneId("zone2"));
    assertThat(config.advertised()).isEqualTo("edge");
    assertThat(config.lookEvery()).isEqualTo(Duration.ofSeconds(2));
    BalancerConfig shop = config.of(new ZoneId("shop"), 9003);
    assertThat(shop.zone()).isEqualTo(new ZoneId("shop"));
    assertThat(shop.traffic().host()).isEqualTo("0.0.0.0");
    assertThat(shop.traffic().port()).isEqualTo(9003);
    assertThat(shop.adminPort()).isEqualTo(9103);
  }

  @Test
  void allThatIsWrongIsToldAtOnce() {
    Section root =
        root(
            """
            zone: shop
            zones: {adminPorts: 9100, lookEvery: 1h}
            traffic: {port: 3030}
            """);

    assertThat(ZoneBalancersSettings.read(root)).isEmpty();
    assertThat(root.problems().stream().map(Problem::path))
        .contains("zone", "zones.ports", "zones.adminPorts", "zones.lookEvery", "traffic.port");
  }

  @Test
  void portsForTrafficAndForOrdersAreAsManyAndNotTheSame() {
    for (String ports :
        new String[] {
          "{ports: 9000-9009, adminPorts: 9100-9101}", "{ports: 9000-9009, adminPorts: 9005-9014}"
        }) {
      Section root = root("zones: " + ports + "\nkafka: {bootstrap: \"kafka:9092\"}\n");

      assertThat(ZoneBalancersSettings.read(root)).isEmpty();
      assertThat(root.problems()).hasSize(1);
    }
  }
}
