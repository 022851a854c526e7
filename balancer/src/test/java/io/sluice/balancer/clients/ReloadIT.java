package io.sluice.balancer.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.balancer.Balancer;
import io.sluice.balancer.BalancerConfig;
import io.sluice.balancer.BalancerSettings;
import io.sluice.schemas.codec.Json;
import io.sluice.schemas.config.ConfigException;
import io.sluice.schemas.config.Section;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A configuration that is read anew while requests come. */
final class ReloadIT {
  @TempDir private Path directory = Path.of("");
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  @AfterEach
  void close() {
    http.close();
  }

  private Path file() {
    return directory.resolve("balancer.yaml");
  }

  private BalancerConfig read() {
    try {
      Section root = Section.root(Json.yaml().readTree(Files.readString(file())));
      Optional<BalancerConfig> config = BalancerSettings.read(root);
      root.orThrow(file().toString());
      return config.orElseThrow();
    } catch (IOException unreadable) {
      throw new java.io.UncheckedIOException(unreadable);
    }
  }

  private Balancer balancer(Origin origin) throws IOException {
    write(origin, "");
    Balancer balancer = Balancer.start(read());
    balancer.reloadsFrom(this::read);
    return balancer;
  }

  private void write(Origin origin, String traffic) throws IOException {
    Files.writeString(
        file(),
        """
        zone: zone1
        static: true
        servers: %s
        admin: {port: 0, token: secret}
        traffic: {port: 0, loops: 2%s}
        """
            .formatted(origin.address(), traffic));
  }

  private HttpResponse<String> send(URI uri, String method) throws Exception {
    return http.send(
        HttpRequest.newBuilder(uri)
            .header("Authorization", "Bearer secret")
            .method(method, HttpRequest.BodyPublishers.noBody())
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private static URI at(Balancer balancer) {
    return URI.create("http://127.0.0.1:" + balancer.traffic().getPort() + "/");
  }

  private HttpResponse<String> reload(Balancer balancer) throws Exception {
    return send(
        URI.create("http://127.0.0.1:" + balancer.adminAddress().getPort() + "/reload"), "POST");
  }

  @Test
  void whatIsChangedIsSaidAndHoldsAndNoRequestIsLost() throws Exception {
    AtomicBoolean enough = new AtomicBoolean();
    AtomicLong answered = new AtomicLong();
    AtomicLong lost = new AtomicLong();
    try (Origin origin = new Origin();
        Balancer balancer = balancer(origin)) {
      Thread asking =
          Thread.ofVirtual()
              .start(() -> {
                while (!enough.get()) {
                  try {
                    boolean served = send(at(balancer), "GET").statusCode() == 200;
                    (served ? answered : lost).incrementAndGet();
                  } catch (Exception broken) {
                    lost.incrementAndGet();
                  }
                }
              });
      for (int i = 0; i < 20; i++) {
        write(origin, ", timeouts: {hold: %ds}".formatted(i + 1));
        long before = answered.get();
        assertThat(reload(balancer).body()).isEqualTo("{\"changed\":[\"traffic\"]}");
        org.awaitility.Awaitility.await().until(() -> answered.get() > before);
      }
      enough.set(true);
      asking.join();
      assertThat(lost).hasValue(0);
      assertThat(reload(balancer).body()).isEqualTo("{\"changed\":[]}");
    }
  }

  @Test
  void allThatIsWrongIsSaidAtOnceAndNothingChanges() throws Exception {
    try (Origin origin = new Origin();
        Balancer balancer = balancer(origin)) {
      write(origin, ", replayMaxBytes: -1, timeouts: {hold: never}, clients: {bodyMaxBytes: x}");
      HttpResponse<String> refused = reload(balancer);
      assertThat(refused.statusCode()).isEqualTo(422);
      assertThat(refused.body())
          .contains("traffic.replayMaxBytes")
          .contains("traffic.timeouts.hold")
          .contains("traffic.clients.bodyMaxBytes");
      assertThat(send(at(balancer), "GET").statusCode()).isEqualTo(200);
    }
  }

  @Test
  void whatOnlyAnotherProcessCanHaveIsRefusedByItsKeys() throws Exception {
    try (Origin origin = new Origin();
        Balancer balancer = balancer(origin)) {
      Files.writeString(
          file(),
          """
          zone: zone2
          static: true
          admin: {port: 0, token: other}
          traffic: {port: 0, loops: 1}
          """);
      assertThatThrownBy(balancer::reload)
          .isInstanceOf(ConfigException.class)
          .hasMessageContaining("zone: is zone2, expected zone1 as before")
          .hasMessageContaining("traffic.loops: is 1, expected 2 as before");
      assertThat(reload(balancer).statusCode()).as("the token is still the old one").isEqualTo(422);
      assertThat(send(at(balancer), "GET").statusCode()).isEqualTo(200);
    }
  }

  @Test
  void aCertificateThatIsNotThereChangesNothing() throws Exception {
    try (Origin origin = new Origin();
        Balancer balancer = balancer(origin)) {
      write(origin, ", listeners: {safe: {port: 0, tls: {certificate: /none, key: /none}}}");
      HttpResponse<String> refused = reload(balancer);
      assertThat(refused.statusCode()).isEqualTo(422);
      assertThat(refused.body()).contains("/none");
      assertThat(send(at(balancer), "GET").statusCode()).isEqualTo(200);
    }
  }

  @Test
  void aPageThatIsGoneChangesNothingAtAll() throws Exception {
    Path page = Files.writeString(directory.resolve("sorry.html"), "sorry");
    String maintenance = ", maintenance: {page: %s}".formatted(page);
    try (Origin origin = new Origin();
        Origin other = new Origin();
        Balancer balancer = balancer(origin)) {
      write(origin, maintenance);
      assertThat(balancer.reload()).containsExactly("traffic");

      Files.delete(page);
      write(other, maintenance);
      HttpResponse<String> refused = reload(balancer);

      assertThat(refused.statusCode()).isEqualTo(422);
      assertThat(refused.body()).contains(page.toString());
      assertThat(balancer.pools().alive())
          .extracting(server -> server.address())
          .containsExactly(origin.address());
    }
  }

  @Test
  void theTokenTheServersAndTheListenersAreTakenToo() throws Exception {
    try (Origin origin = new Origin();
        Origin other = new Origin();
        Balancer balancer = balancer(origin)) {
      write(other, ", listeners: {more: {port: 0}}");
      Files.writeString(file(), Files.readString(file()).replace("secret", "another"));

      assertThat(balancer.reload()).containsExactly("traffic", "admin.token", "servers");
      assertThat(reload(balancer).statusCode()).isEqualTo(401);
      assertThat(balancer.pools().alive())
          .extracting(server -> server.address())
          .containsExactly(other.address());
    }
  }
}
