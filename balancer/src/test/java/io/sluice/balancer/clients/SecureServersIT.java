package io.sluice.balancer.clients;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.sluice.balancer.Balancer;
import io.sluice.balancer.BalancerConfig;
import io.sluice.balancer.pool.PoolTimings;
import io.sluice.balancer.proxy.Count;
import io.sluice.balancer.proxy.ServerLinks;
import io.sluice.schemas.id.ZoneId;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.KeyStore;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Servers that speak TLS. */
final class SecureServersIT {
  private static final char[] PASSWORD = "changeit".toCharArray();
  private static final PoolTimings QUICK =
      new PoolTimings(
          Duration.ofSeconds(1),
          Duration.ofMillis(500),
          0,
          Duration.ofMillis(100),
          Duration.ofSeconds(10));

  @TempDir private Path directory = Path.of("");
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private Path certificate = Path.of("");

  @BeforeEach
  void certify() throws Exception {
    certificate = Front.certificate(directory).certificate();
  }

  @AfterEach
  void close() {
    http.close();
  }

  private SSLContext context() throws Exception {
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(directory.resolve("store.p12"))) {
      keys.load(in, PASSWORD);
    }
    KeyManagerFactory own = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    own.init(keys, PASSWORD);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(own.getKeyManagers(), null, null);
    return context;
  }

  /** Says back what it is sent. */
  private HttpsServer echo() throws Exception {
    HttpsServer server =
        HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 100);
    server.setHttpsConfigurator(new HttpsConfigurator(context()));
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext(
        "/",
        exchange -> {
          byte[] body = exchange.getRequestBody().readAllBytes();
          exchange.sendResponseHeaders(200, body.length == 0 ? -1 : body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
    return server;
  }

  private static Balancer balancer(int port, ServerLinks links) {
    BalancerConfig plain =
        BalancerConfig.standalone(new ZoneId("zone1"))
            .withPorts(0, 0)
            .withPools(QUICK)
            .withServers(List.of(URI.create("https://127.0.0.1:" + port)));
    return Balancer.start(plain.withTraffic(plain.traffic().withServers(links)));
  }

  private HttpResponse<byte[]> post(Balancer balancer, byte[] body) throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + balancer.traffic().getPort() + "/");
    return http.send(
        HttpRequest.newBuilder(uri).POST(HttpRequest.BodyPublishers.ofByteArray(body)).build(),
        HttpResponse.BodyHandlers.ofByteArray());
  }

  @Test
  void aServerThatAnAuthorityVouchesForIsUsedAndChecked() throws Exception {
    byte[] large = new byte[3_000_000];
    new java.util.Random(5).nextBytes(large);
    HttpsServer server = echo();
    try (Balancer balancer =
        balancer(
            server.getAddress().getPort(),
            new ServerLinks(Optional.of(certificate), Optional.empty()))) {
      for (int i = 0; i < 5; i++) {
        HttpResponse<byte[]> answer = post(balancer, large);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo(large);
      }
      assertThat(balancer.counts().get(Count.UPSTREAM_CONNECTIONS)).as("kept").isLessThan(5);
      assertThat(balancer.pools().alive()).hasSize(1);
    } finally {
      server.stop(0);
    }
  }

  @Test
  void aServerThatNobodyVouchesForIsNotSpokenTo() throws Exception {
    refusesToSpeak(ServerLinks.DEFAULT);
  }

  @Test
  void aServerOfAnotherNameIsNotSpokenTo() throws Exception {
    refusesToSpeak(new ServerLinks(Optional.of(certificate), Optional.of("other.example")));
  }

  private void refusesToSpeak(ServerLinks links) throws Exception {
    HttpsServer server = echo();
    try (Balancer balancer = balancer(server.getAddress().getPort(), links)) {
      assertThat(post(balancer, new byte[0]).statusCode()).isIn(502, 503);
      await().until(() -> balancer.pools().alive().isEmpty());
      assertThat(balancer.counts().get(Count.UPSTREAM_CONNECTIONS)).isZero();
    } finally {
      server.stop(0);
    }
  }

  @Test
  void whatSomebodyCutsOffIsNotTakenForTheWhole() throws Exception {
    SSLContext context = context();
    try (ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Balancer balancer =
            balancer(
                listener.getLocalPort(),
                new ServerLinks(Optional.of(certificate), Optional.empty()))) {
      Thread.ofVirtual().start(() -> cutOff(listener, context));

      URI uri = URI.create("http://127.0.0.1:" + balancer.traffic().getPort() + "/");
      assertThatThrownBy(() ->
              http.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString()))
          .isInstanceOf(IOException.class);
      assertThat(balancer.counts().get(Count.TRUNCATED)).isEqualTo(1);
    }
  }

  /** Answers with half a body whose end is the connection's, and has that end below TLS. */
  private static void cutOff(ServerSocket listener, SSLContext context) {
    while (!listener.isClosed()) {
      try (Socket raw = listener.accept();
          SSLSocket socket =
              (SSLSocket)
                  context.getSocketFactory().createSocket(raw, "client", raw.getPort(), false)) {
        socket.setUseClientMode(false);
        byte[] head = new byte[4096];
        if (socket.getInputStream().read(head) > 0) {
          socket.getOutputStream().write("HTTP/1.1 200 OK\r\n\r\nhalf".getBytes(US_ASCII));
          raw.shutdownOutput();
        }
      } catch (IOException gone) {
        // The test is over, or the balancer closed its end.
      }
    }
  }

  @Test
  void anAuthorityThatIsRenewedUnderItsNameIsBelievedFromTheNextReloadOn() throws Exception {
    Path authorities = directory.resolve("authorities.pem");
    Path others = Files.createDirectory(directory.resolve("others"));
    Files.copy(Front.certificate(others).certificate(), authorities);
    HttpsServer server = echo();
    try (Balancer balancer =
        balancer(
            server.getAddress().getPort(),
            new ServerLinks(Optional.of(authorities), Optional.empty()))) {
      assertThat(post(balancer, new byte[0]).statusCode()).isIn(502, 503);
      await().until(() -> balancer.pools().alive().isEmpty());

      Files.copy(certificate, authorities, StandardCopyOption.REPLACE_EXISTING);
      balancer.reload();

      await().until(() -> balancer.pools().alive().size() == 1);
      assertThat(post(balancer, new byte[1]).statusCode()).isEqualTo(200);

      Files.writeString(authorities, "nonsense");
      assertThatThrownBy(balancer::reload).hasMessageContaining(authorities.toString());
      assertThat(post(balancer, new byte[1]).statusCode()).as("the old one holds").isEqualTo(200);
    } finally {
      server.stop(0);
    }
  }
}
