package io.sluice.compose.faults;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpServer;
import io.sluice.balancer.Balancer;
import io.sluice.balancer.BalancerConfig;
import io.sluice.balancer.proxy.Count;
import io.sluice.compose.cluster.EmbeddedBroker;
import io.sluice.compose.cluster.FreePorts;
import io.sluice.compose.cluster.Ports;
import io.sluice.compose.kafka.TopicSetup;
import io.sluice.schemas.config.KafkaAccess;
import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.member.Member;
import io.sluice.schemas.member.MemberState;
import io.sluice.schemas.topic.Topic;
import io.sluice.schemas.topic.Topics;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A balancer that follows its membership in a real Kafka, under users who never pause. */
@Tag("undisturbed")
final class MembershipUnderLoadIT {
  private static final ZoneId ZONE = new ZoneId("zone1");
  private static final Topic<ServerId, Member> MEMBERSHIP = Topics.membership(ZONE);
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int USERS = 32;

  @TempDir private Path data = Path.of("");
  private final List<HttpServer> servers = new ArrayList<>();
  private final HttpClient http = HttpClient.newHttpClient();

  @BeforeEach
  void wrk() {
    boolean there =
        List.of(System.getenv("PATH").split(":", -1)).stream()
            .anyMatch(directory -> Files.isExecutable(Path.of(directory, "wrk")));
    if (!there) {
      String text = "wrk is missing: a changing membership is NOT tested under load";
      if ("true".equals(System.getenv("CI"))) {
        fail(text);
      }
      System.out.println("SKIPPED: " + text);
      assumeTrue(false, text);
    }
  }

  @AfterEach
  void stop() {
    servers.forEach(server -> server.stop(0));
    http.shutdownNow();
  }

  private Member server(int number) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1024);
    server.createContext(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(200, 2);
          exchange.getResponseBody().write(new byte[] {'o', 'k'});
          exchange.close();
        });
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.start();
    servers.add(server);
    URI address = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    return new Member(ZONE.server(number), address, MemberState.READY, 100, Instant.EPOCH);
  }

  private static Member draining(Member member) {
    return new Member(
        member.server(), member.address(), MemberState.DRAINING, member.weight(), member.since());
  }

  /** Writes to the membership topic, as the projection of the journal does. */
  private record Projection(KafkaProducer<byte[], byte[]> producer) implements AutoCloseable {
    static Projection to(String bootstrap) {
      return new Projection(
          new KafkaProducer<>(
              Map.of("bootstrap.servers", bootstrap),
              new ByteArraySerializer(),
              new ByteArraySerializer()));
    }

    void put(Member member) throws Exception {
      write(member.server(), MEMBERSHIP.value().encode(member));
    }

    void remove(Member member) throws Exception {
      write(member.server(), new byte[0]);
    }

    private void write(ServerId server, byte[] value) throws Exception {
      byte[] key = MEMBERSHIP.key().encode(server);
      var record = new ProducerRecord<>(MEMBERSHIP.name(), key, value.length == 0 ? null : value);
      producer.send(record).get();
    }

    @Override
    public void close() {
      producer.close();
    }
  }

  @Test
  void serversComeDrainAndGoAndKafkaStopsAndNobodyNotices() throws Exception {
    Ports ports = FreePorts.find();
    Member one = server(1);
    Member two = server(2);
    EmbeddedBroker broker =
        EmbeddedBroker.start("127.0.0.1", ports.kafka(), ports.kafkaController(), data);
    try (broker;
        Projection projection = Projection.to(prepared(broker));
        Balancer balancer = balancer(broker)) {
      projection.put(one);
      await().atMost(PATIENCE).until(() -> balancer.pools().alive().size() == 1);
      Process users = users(balancer);
      try {
        changes(balancer, projection, one, two);
        broker.close();
        await().atMost(PATIENCE).until(() -> metrics(balancer).contains(stale()));
        awaitMore(balancer, 2000);
        new ProcessBuilder("kill", "-INT", "" + users.pid()).start().waitFor();
        String printed = new String(users.getInputStream().readAllBytes(), UTF_8);

        assertThat(printed)
            .contains("requests in")
            .doesNotContain("Socket errors")
            .doesNotContain("Non-2xx");
      } finally {
        users.destroyForcibly();
      }
    }
  }

  private static String prepared(EmbeddedBroker broker) {
    TopicSetup.ensure(KafkaAccess.at(broker.bootstrap()), List.of(ZONE), 1, 1);
    return broker.bootstrap();
  }

  private static Balancer balancer(EmbeddedBroker broker) {
    KafkaAccess kafka = KafkaAccess.at(broker.bootstrap());
    return Balancer.start(BalancerConfig.following(ZONE, kafka).withPorts(0, 0));
  }

  /** A server is added, one drains and goes, all go, and all come back. */
  private void changes(Balancer balancer, Projection projection, Member one, Member two)
      throws Exception {
    awaitMore(balancer, 2000);
    projection.put(two);
    await().atMost(PATIENCE).until(() -> balancer.pools().alive().size() == 2);
    awaitMore(balancer, 2000);
    projection.put(draining(one));
    await()
        .atMost(PATIENCE)
        .until(() -> balancer.pools().draining().stream().anyMatch(own -> own.inFlight() == 0));
    projection.remove(one);
    await().atMost(PATIENCE).until(() -> balancer.pools().draining().isEmpty());
    awaitMore(balancer, 2000);
    projection.remove(two);
    await().atMost(PATIENCE).until(() -> metrics(balancer).contains(allWait()));
    projection.put(one);
    projection.put(two);
    awaitMore(balancer, 2000);
  }

  private static String allWait() {
    return "sluice_balancer_waiting_requests{zone=\"zone1\"} %d\n".formatted(USERS);
  }

  private static String stale() {
    return "sluice_balancer_membership_fresh{zone=\"zone1\"} 0\n";
  }

  private String metrics(Balancer balancer) throws Exception {
    int port = balancer.adminAddress().getPort();
    URI address = URI.create("http://127.0.0.1:" + port + "/observe/metrics");
    HttpRequest request = HttpRequest.newBuilder(address).build();
    return http.send(request, HttpResponse.BodyHandlers.ofString()).body();
  }

  private static Process users(Balancer balancer) throws IOException {
    String target = "http://127.0.0.1:" + balancer.traffic().getPort() + "/";
    return new ProcessBuilder("wrk", "-t1", "-c" + USERS, "-d300s", "--timeout", "25s", target)
        .redirectErrorStream(true)
        .start();
  }

  private static void awaitMore(Balancer balancer, int requests) {
    long before = answered(balancer);
    await().atMost(PATIENCE).until(() -> answered(balancer) >= before + requests);
  }

  private static long answered(Balancer balancer) {
    return balancer.counts().getOrDefault(Count.RESPONSES_2XX, 0L);
  }
}
