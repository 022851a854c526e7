package io.sluice.balancer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.balancer.access.AccessFormat;
import io.sluice.balancer.access.AccessLogConfig;
import io.sluice.balancer.handover.HandOverConfig;
import io.sluice.balancer.http.HopRules;
import io.sluice.balancer.http.Networks;
import io.sluice.balancer.limit.ClientRate;
import io.sluice.balancer.pick.PickKind;
import io.sluice.balancer.pick.SlowStart;
import io.sluice.balancer.pool.PoolThresholds;
import io.sluice.balancer.pool.PoolTimings;
import io.sluice.balancer.proxy.Balancing;
import io.sluice.balancer.proxy.ClientLimits;
import io.sluice.balancer.proxy.Endpoint;
import io.sluice.balancer.proxy.Http2Config;
import io.sluice.balancer.proxy.ListenerConfig;
import io.sluice.balancer.proxy.Maintenance;
import io.sluice.balancer.proxy.PerClient;
import io.sluice.balancer.proxy.ProxyConfig;
import io.sluice.balancer.proxy.ProxyTimeouts;
import io.sluice.balancer.proxy.ServerLinks;
import io.sluice.balancer.proxy.TlsFiles;
import io.sluice.balancer.proxy.Transport;
import io.sluice.balancer.sticky.StickyConfig;
import io.sluice.schemas.codec.Json;
import io.sluice.schemas.config.KafkaAccess;
import io.sluice.schemas.config.Problem;
import io.sluice.schemas.config.Section;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.policy.Statuses;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class BalancerSettingsTest {
  private static final ZoneId ZONE = new ZoneId("zone1");

  private static final String EVERY_KEY =
      """
      zone: zone1
      static: true
      servers: http://127.0.0.1:1, http://127.0.0.1:2
      directory: /var/lib/sluice
      closeGrace: 1s
      handOver: {socket: /run/zone1.sock, grace: 14s}
      kafka: {bootstrap: 'k:1', properties: {security.protocol: SSL}}
      admin: {host: 0.0.0.0, port: 1, token: secret}
      traffic:
        host: 0.0.0.0
        port: 2
        loops: 3
        transport: io-uring
        forwardedTrusted: 10.0.0.0/8, ::1
        proxyProtocol: 192.0.2.1
        via: true
        replayMaxBytes: 4
        idlePerServerMax: 5
        balancing: {pick: power-of-two, slowStart: 9s, perServerMax: 10, waitingMax: 11,
          errorsInARow: 12, gatewayFailuresInARow: 13,
          sticky: {cookie: c, key: 0123456789abcdef}}
        clients: {connectionsMax: 7, slowestBytesPerSecond: 8, bodyMaxBytes: 9,
          perAddress: {connectionsMax: 10, requestsPerSecond: 2.5, burst: 12, addressesMax: 2048,
            exempt: 10.0.0.0/8}}
        listeners:
          six: {host: '::', port: 81, httpsPort: 443, priorKnowledge: true}
          safe: {port: 443, tls: {certificate: /c2.pem, key: /k2.pem}}
        http2: {offered: false, streamsMax: 13, windowBytes: 70000}
        servers: {authorities: /ca.pem, name: shop.internal}
        maintenance: {on: true, page: /down.html, retryAfter: 30s}
        heads: {requestLineMaxBytes: 100, maxBytes: 2000, fieldsMax: 6}
        timeouts: {clientHead: 1s, keepAliveIdle: 2s, bodyIdle: 3s, connect: 4s,
          responseHead: 5s, upstreamIdle: 6s, unsafeReuse: 7s, linger: 8s,
          retryPause: 9s, retryAfter: 10s, tunnelIdle: 11s}
        upgrades: 'a, b'
        tls: {certificate: /c.pem, key: /k.pem}
        accessLog: {format: json, file: /var/log/a}
        retry: {triesPerServerMax: 1, otherServersMax: 2, statuses: '500, 503', share: 0.5, perSecond: 3,
          tokensInitial: 4, tokensMax: 5}
      pools: {aliveEvery: 1s, retryEvery: 2s, retriesMax: 4, confirmAfter: 3s,
        reportEvery: 5s, checkTimeout: 6s,
        failedChecks: 2, goodChecks: 3, ejection: 4s, ejectionMax: 5s, ejectedShareMax: 0.25,
        panicShare: 0.125,
        check: {kind: tcp, path: /up, host: shop, statuses: '200-299, 404'}}
      """;

  private static Section section(String yaml) throws Exception {
    return Section.root(Json.yaml().readTree(yaml));
  }

  @Test
  void theDefaultsAreTheSeeds() throws Exception {
    Section root = section("zone: zone1\nkafka: {bootstrap: 'localhost:9092'}\n");

    BalancerConfig config = BalancerSettings.read(root).orElseThrow();

    root.orThrow("test");
    assertThat(config).isEqualTo(BalancerConfig.following(ZONE, KafkaAccess.at("localhost:9092")));
    assertThat(config.traffic().port()).isEqualTo(3030);
    assertThat(config.adminPort()).isEqualTo(5050);
    assertThat(config.traffic().host()).isEqualTo("127.0.0.1");
    assertThat(config.pools()).isEqualTo(PoolTimings.DEFAULT);
    assertThat(config.traffic().timeouts()).isEqualTo(ProxyTimeouts.DEFAULT);
  }

  @Test
  void everyKeyIsRead() throws Exception {
    Section root = section(EVERY_KEY);

    BalancerConfig config = BalancerSettings.read(root).orElseThrow();

    root.orThrow("test");
    assertThat(config.servers())
        .containsExactly(URI.create("http://127.0.0.1:1"), URI.create("http://127.0.0.1:2"));
    assertThat(config.directory()).contains(Path.of("/var/lib/sluice"));
    assertThat(config.closeGrace()).isEqualTo(Duration.ofSeconds(1));
    assertThat(config.handOver())
        .isEqualTo(
            new HandOverConfig(Optional.of(Path.of("/run/zone1.sock")), Duration.ofSeconds(14)));
    assertThat(config.kafka()).contains(new KafkaAccess("k:1", Map.of("security.protocol", "SSL")));
    assertThat(config.adminHost()).isEqualTo("0.0.0.0");
    assertThat(config.adminPort()).isEqualTo(1);
    assertThat(config.token()).isEqualTo(Optional.of("secret"));
    assertThat(config.traffic().transport()).isEqualTo(Transport.IO_URING);
    assertThat(config.traffic().loops()).isEqualTo(3);
    assertThat(config.traffic().balancing())
        .isEqualTo(
            new Balancing(
                PickKind.POWER_OF_TWO,
                new SlowStart(Duration.ofSeconds(9)),
                10,
                11,
                12,
                13,
                Optional.of(new StickyConfig("c", "0123456789abcdef"))));
  }

  @Test
  void everyKeyOfTheDataPathIsRead() throws Exception {
    BalancerConfig config = BalancerSettings.read(section(EVERY_KEY)).orElseThrow();

    assertThat(config.traffic().timeouts().tunnelIdle()).isEqualTo(Duration.ofSeconds(11));
    assertThat(config.thresholds())
        .isEqualTo(
            new PoolThresholds(2, 3, Duration.ofSeconds(4), Duration.ofSeconds(5), 0.25, 0.125));
    assertThat(config.traffic().retry().statuses()).containsExactlyInAnyOrder(500, 503);
    assertThat(config.traffic().hops())
        .isEqualTo(
            new HopRules(Networks.parse("10.0.0.0/8, ::1"), Networks.parse("192.0.2.1"), true));
    assertThat(config.traffic().heads().headMaxBytes()).isEqualTo(2000);
    assertThat(config.traffic().timeouts().retryAfter()).isEqualTo(Duration.ofSeconds(10));
    assertThat(config.traffic().retry().otherServersMax()).isEqualTo(2);
    assertThat(config.traffic().retryBudget().tokensMax()).isEqualTo(5);
    assertThat(config.pools().retriesMax()).isEqualTo(4);
    assertThat(config.check())
        .isEqualTo(
            new HealthCheck(
                HealthCheck.Kind.TCP,
                "/up",
                Optional.of("shop"),
                Statuses.of("200-299,404"),
                Duration.ofSeconds(6)));
  }

  @Test
  void allProblemsAreSaidAtOnce() throws Exception {
    Section root =
        section("zone: ZONE\nadmin: {port: 70000}\ntraffic: {loops: 0, timeouts: {linger: x}}\n");

    assertThat(BalancerSettings.read(root)).isEmpty();
    assertThat(root.problems())
        .extracting(problem -> problem.toString())
        .hasSize(4)
        .anyMatch(text -> text.contains("zone"))
        .anyMatch(text -> text.contains("admin.port"))
        .anyMatch(text -> text.contains("traffic.loops"))
        .anyMatch(text -> text.contains("traffic.timeouts.linger"));
  }

  @Test
  void aBalancerNeedsSomebodyWhoNamesItsServers() throws Exception {
    Section root = section("zone: zone1\n");
    assertThat(BalancerSettings.read(root)).isEmpty();
    assertThat(root.problems().toString()).contains("neither kafka nor static");
  }

  @Test
  void everyKeyOfClientsAndListenersIsRead() throws Exception {
    ProxyConfig traffic = BalancerSettings.read(section(EVERY_KEY)).orElseThrow().traffic();

    assertThat(traffic.clients())
        .isEqualTo(
            new ClientLimits(
                7,
                8,
                9,
                new PerClient(
                    10, Optional.of(new ClientRate(2.5, 12, 2048)), Networks.parse("10.0.0.0/8"))));
    assertThat(traffic.servers())
        .isEqualTo(new ServerLinks(Optional.of(Path.of("/ca.pem")), Optional.of("shop.internal")));
    TlsFiles second = new TlsFiles(Path.of("/c2.pem"), Path.of("/k2.pem"));
    assertThat(traffic.listener())
        .isEqualTo(
            new ListenerConfig(
                Set.of("a", "b"),
                new AccessLogConfig(AccessFormat.JSON, Optional.of(Path.of("/var/log/a"))),
                Optional.of(new TlsFiles(Path.of("/c.pem"), Path.of("/k.pem"))),
                Optional.empty(),
                new Http2Config(false, false, 13, 70_000),
                List.of(
                    new Endpoint("six", "::", 81, Optional.empty(), Optional.of(443), true),
                    new Endpoint(
                        "safe", "127.0.0.1", 443, Optional.of(second), Optional.empty(), false)),
                new Maintenance(true, Optional.of(Path.of("/down.html")), Duration.ofSeconds(30))));
  }

  @Test
  void listenersThatCanNotBeAreSaidAllAtOnce() throws Exception {
    Section root =
        section(
            """
            zone: zone1
            static: true
            traffic:
              clients: {perAddress: {burst: 3}}
              httpsPort: 0
              listeners:
                a: {host: '::'}
                b: {port: 5, httpsPort: 443, tls: {certificate: /c, key: /k}}
                c: {port: 6, tls: {key: /k}}
              maintenance: {retryAfter: 0s}
            """);

    assertThat(BalancerSettings.read(root)).isEmpty();

    assertThat(root.problems())
        .extracting(Problem::path)
        .contains(
            "traffic.clients.perAddress.burst",
            "traffic.httpsPort",
            "traffic.listeners.a.port",
            "traffic.listeners.b.(listener)",
            "traffic.listeners.c.tls.certificate",
            "traffic.maintenance.retryAfter");
  }

  @Test
  void twoListenersAtOneAddressAreRefused() throws Exception {
    Section root =
        section("zone: z\nstatic: true\ntraffic: {port: 5, listeners: {b: {port: 5}}}\n");

    assertThat(BalancerSettings.read(root)).isEmpty();

    assertThat(root.problems().toString()).contains("listeners main and b");
  }

  @Test
  void whoIsBelievedInWhatHeSaysOfHisAddressCannotBeLimitedByIt() throws Exception {
    String limits = "clients: {perAddress: {connectionsMax: 10}}";
    for (String everybody :
        List.of(
            "forwardedTrusted: true",
            "forwardedTrusted: '10.0.0.0/8, ::/0'",
            "proxyProtocol: 0.0.0.0/0")) {
      String key = everybody.substring(0, everybody.indexOf(':'));
      Section limited = section("zone: zone1\ntraffic: {%s, %s}\n".formatted(everybody, limits));
      var _ = BalancerSettings.read(limited);
      assertThatThrownBy(() -> limited.orThrow("test"))
          .hasMessageContaining("traffic." + key)
          .hasMessageContaining("networks of proxies");
    }
    Section unlimited =
        section("zone: zone1\nkafka: {bootstrap: 'k:1'}\ntraffic: {forwardedTrusted: true}\n");
    assertThat(BalancerSettings.read(unlimited)).isPresent();
    unlimited.orThrow("test");
  }

  @Test
  void aBurstThatIsNeverGivenBackIsAProblem() throws Exception {
    Section root =
        section(
            "zone: zone1\ntraffic: {clients: {perAddress: {requestsPerSecond: 0.0001,"
                + " burst: 1000000}}}\n");
    var _ = BalancerSettings.read(root);
    assertThatThrownBy(() -> root.orThrow("test")).hasMessageContaining("1000000 at 1.0E-4");
  }
}
