package io.sluice.compose.role;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.compose.cluster.EmbeddedBroker;
import io.sluice.schemas.config.ConfigException;
import io.sluice.schemas.config.Problem;
import io.sluice.schemas.id.MonitorId;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RoleFilesTest {
  private static final String MONITORS =
      """
      monitors: {1: "http://one:8080", 2: "http://two:8081", 3: "http://three:8082"}
      bootstrap: kafka:9092
      token: 0123456789abcdef
      zones:
        zone1:
          balancer: http://127.0.0.1:3030
          balancerAdmin: http://127.0.0.1:5050
      processes:
        command: run
      topology:
        partitions: 3
      """;

  @TempDir private Path folder;

  @Test
  void oneFileServesAllMonitors() throws IOException {
    MonitorFile second =
        MonitorFile.read("m", RoleFiles.open(file(MONITORS), Map.of("SLUICE_ID", "2")));

    assertThat(second.monitor().id()).isEqualTo(new MonitorId(2));
    assertThat(second.monitor().port()).isEqualTo(8081);
    assertThat(second.monitor().url()).isEqualTo(URI.create("http://two:8081"));
    assertThat(second.monitor().peers()).containsOnlyKeys(new MonitorId(1), new MonitorId(3));
  }

  @Test
  void theTopologyGoesToTheMonitorsKafkaInAPlaceOfItsOwn() throws IOException {
    MonitorFile third =
        MonitorFile.read("m", RoleFiles.open(file(MONITORS), Map.of("SLUICE_ID", "3")));

    assertThat(third.topology().bootstrap()).isEqualTo("kafka:9092");
    assertThat(third.topology().partitions()).isEqualTo(3);
    assertThat(third.topology().stateDirectory().toString()).endsWith("monitor-3");
  }

  @Test
  void theTopologyGoesTheMonitorsWayToKafkaUnlessItIsToldAnother() throws IOException {
    String secured =
        MONITORS
            + "  kafka: {security.protocol: SSL, producer.compression.type: lz4}\n"
            + "kafka: {security.protocol: SASL_SSL, sasl.mechanism: PLAIN}\n";

    MonitorFile file = MonitorFile.read("m", RoleFiles.open(file(secured), Map.of()));

    assertThat(file.monitor().kafka().properties())
        .isEqualTo(Map.of("security.protocol", "SASL_SSL", "sasl.mechanism", "PLAIN"));
    assertThat(file.topology().kafka())
        .isEqualTo(
            Map.of(
                "security.protocol",
                "SSL",
                "sasl.mechanism",
                "PLAIN",
                "producer.compression.type",
                "lz4"));
  }

  @Test
  void everythingThatIsWrongIsToldAtOnce() throws IOException {
    String wrong = MONITORS.replace("http://two:8081", "two") + "colour: red\n";

    assertThatThrownBy(() -> MonitorFile.read("m", RoleFiles.open(file(wrong), Map.of())))
        .isInstanceOfSatisfying(
            ConfigException.class,
            refused ->
                assertThat(refused.problems())
                    .extracting(problem -> problem.path())
                    .containsExactlyInAnyOrder("monitors.2", "colour"));
  }

  @Test
  void aBrokerTellsClientsThatComeByADoorItsAddress() throws IOException {
    BrokerFile broker =
        BrokerFile.read(
            "b",
            RoleFiles.open(
                file(
                    """
                    port: 19092
                    controllerPort: 19093
                    doors:
                      OUTSIDE: {port: 29092, advertised: "example.org:29092"}
                    kafka: {super.users: "User:eva"}
                    """),
                Map.of()));

    assertThat(broker.doors())
        .containsExactly(new EmbeddedBroker.Door("OUTSIDE", 29092, "example.org:29092"));
    assertThat(broker.kafka()).isEqualTo(Map.of("super.users", "User:eva"));
  }

  @Test
  void aBrokerWithOnePortForBothOrADoorWithoutAnAddressIsRefused() throws IOException {
    Path file =
        file(
            """
            port: 9092
            controllerPort: 9092
            doors:
              outside: {port: 29092}
            """);

    assertThatThrownBy(() -> BrokerFile.read("b", RoleFiles.open(file, Map.of())))
        .isInstanceOfSatisfying(
            ConfigException.class, refused -> assertThat(refused.problems()).hasSize(3));
  }

  @Test
  void brokersThatMakeAClusterKnowEachOthersControllers() throws IOException {
    BrokerFile broker =
        BrokerFile.read(
            "b",
            RoleFiles.open(
                file(
                    """
                    quorum:
                      clusterId: blue
                      node: 2
                      controllers: {1: "one:9093", 2: "two:9093", 3: "three:9093"}
                    """),
                Map.of()));

    assertThat(broker.quorum())
        .contains(
            new EmbeddedBroker.Quorum(
                "blue",
                2,
                EnumSet.allOf(EmbeddedBroker.Role.class),
                new TreeMap<>(Map.of(1, "one:9093", 2, "two:9093", 3, "three:9093"))));
  }

  @Test
  void aBrokerThatIsNoControllerStandsBesideThem() throws IOException {
    String content =
        """
        quorum:
          clusterId: blue
          node: %d
          roles: %s
          controllers: {101: "one:9093"}
        """;

    assertThat(
            BrokerFile.read("b", RoleFiles.open(file(content.formatted(1, "broker")), Map.of()))
                .quorum()
                .orElseThrow()
                .roles())
        .containsExactly(EmbeddedBroker.Role.BROKER);
    assertThatThrownBy(() ->
            BrokerFile.read("b", RoleFiles.open(file(content.formatted(101, "brokers")), Map.of())))
        .hasMessageContaining("quorum.roles: is 'brokers', expected some of broker,controller");
    assertThatThrownBy(() ->
            BrokerFile.read("b", RoleFiles.open(file(content.formatted(101, "broker")), Map.of())))
        .hasMessageContaining("quorum.node: is 101, expected a number that does not stand below");
  }

  @Test
  void aBrokerThatIsNotAmongThoseOfItsClusterIsRefused() throws IOException {
    Path file =
        file(
            """
            quorum:
              node: 4
              controllers: {1: "one:9093", 2: "two"}
            """);

    assertThatThrownBy(() -> BrokerFile.read("b", RoleFiles.open(file, Map.of())))
        .isInstanceOfSatisfying(
            ConfigException.class,
            refused ->
                assertThat(refused.problems())
                    .extracting(Problem::path)
                    .containsExactlyInAnyOrder(
                        "quorum.controllers.2", "quorum.clusterId", "quorum.node"));
  }

  private Path file(String content) throws IOException {
    return Files.writeString(folder.resolve("role.yaml"), content);
  }
}
