package io.sluice.balancer;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.balancer.HealthCheck.Kind;
import io.sluice.balancer.pool.PoolInput;
import io.sluice.balancer.pool.Target;
import io.sluice.balancer.proxy.Names;
import io.sluice.balancer.proxy.ServerLinks;
import io.sluice.balancer.proxy.ServerTls;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.policy.Statuses;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Health checks of servers on real sockets. */
final class HealthChecksIT {
  private static final ZoneId ZONE = new ZoneId("zone1");

  private final BlockingQueue<PoolInput> results = new LinkedBlockingQueue<>();
  private final BlockingQueue<String> heads = new LinkedBlockingQueue<>();
  private final Names names = new Names();
  private final ServerTls tls = new ServerTls(ServerLinks.DEFAULT);
  private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());

  HealthChecksIT() throws IOException {}

  @AfterEach
  void close() throws IOException {
    listener.close();
    names.close();
    tls.close();
  }

  /** Takes each connection, reads a head, and says this, if it says anything. */
  private void answers(String text) {
    Thread.ofVirtual()
        .start(() -> {
          while (!listener.isClosed()) {
            try (Socket socket = listener.accept()) {
              byte[] head = new byte[4096];
              int size = socket.getInputStream().read(head);
              heads.add(new String(head, 0, Math.max(0, size), US_ASCII));
              if (text.isEmpty()) {
                int _ = socket.getInputStream().read();
              }
              socket.getOutputStream().write(text.getBytes(US_ASCII));
            } catch (IOException closed) {
              // Tried again, until the listener is closed.
            }
          }
        });
  }

  private Optional<String> error(HealthCheck check) throws InterruptedException {
    return error(check, URI.create("http://127.0.0.1:" + listener.getLocalPort()));
  }

  private Optional<String> error(HealthCheck check, URI address) throws InterruptedException {
    new HealthChecks(check, () -> names, () -> tls, results::add)
        .start(new Target(ZONE.server(1), address, 100), 7);
    PoolInput result = results.poll(20, TimeUnit.SECONDS);
    assertThat(result).isInstanceOf(PoolInput.Checked.class);
    PoolInput.Checked checked = (PoolInput.Checked) result;
    assertThat(checked.ticket()).isEqualTo(7);
    return checked.error();
  }

  private static HealthCheck check(Kind kind, String path, String host, Statuses statuses) {
    Optional<String> named = Optional.of(host).filter(name -> !name.isEmpty());
    return new HealthCheck(kind, path, named, statuses, Duration.ofMillis(500));
  }

  @Test
  void aServerThatAnswersIsWell() throws Exception {
    answers("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nnever all");
    assertThat(error(HealthCheck.DEFAULT)).isEmpty();
    assertThat(heads.take())
        .startsWith("GET /health_check HTTP/1.1\r\nHost: 127.0.0.1:" + listener.getLocalPort());
  }

  @Test
  void aServerThatSaysThatItIsUnavailableIsNotWell() throws Exception {
    answers("HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n");
    assertThat(error(HealthCheck.DEFAULT))
        .contains("/health_check is answered with 503, expected 200-499");
  }

  @Test
  void aServerWithoutThePathIsWellUnlessSaidOtherwise() throws Exception {
    answers("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
    assertThat(error(HealthCheck.DEFAULT)).isEmpty();
    assertThat(error(check(Kind.HTTP, "/", "", Statuses.of("200-399"))))
        .contains("/ is answered with 404, expected 200-399");
  }

  @Test
  void pathAndHostAreAsked() throws Exception {
    answers("HTTP/1.1 204 No Content\r\n\r\n");
    assertThat(error(check(Kind.HTTP, "/up?deep=1", "shop.example", Statuses.of("204-204"))))
        .isEmpty();
    assertThat(heads.take()).startsWith("GET /up?deep=1 HTTP/1.1\r\nHost: shop.example\r\n");
  }

  @Test
  void aServerOfAnotherProtocolNeedOnlyTakeConnections() throws Exception {
    assertThat(error(check(Kind.TCP, "/", "", Statuses.of("200-200")))).isEmpty();
    listener.close();
    assertThat(error(check(Kind.TCP, "/", "", Statuses.of("200-200"))))
        .contains("nobody listens there");
  }

  @Test
  void silenceIsNoAnswer() throws Exception {
    answers("");
    assertThat(error(check(Kind.HTTP, "/", "", Statuses.of("200-200"))))
        .contains("no answer came in time");
  }

  @Test
  void nonsenseIsNoAnswer() throws Exception {
    answers("SSH-2.0-OpenSSH\r\n");
    assertThat(error(HealthCheck.DEFAULT).orElseThrow()).startsWith("its answer is not HTTP: ");
  }

  @Test
  void aNameServerThatHangsHoldsNoOtherCheckUp() throws Exception {
    answers("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    int processors = Runtime.getRuntime().availableProcessors();
    HealthCheck patient =
        new HealthCheck(
            Kind.HTTP, "/", Optional.empty(), Statuses.of("200-200"), Duration.ofSeconds(3));
    HealthChecks slow = new HealthChecks(patient, () -> names, () -> tls, _ -> {});
    for (int i = 0; i < 4 * processors; i++) {
      URI address = URI.create("http://h" + i + ".slow.test:9");
      slow.start(new Target(ZONE.server(i + 2), address, 100), 1);
    }
    long begun = System.nanoTime();
    assertThat(error(patient)).isEmpty();
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(1));
  }

  @Test
  void aServerThatDripsIsNotWaitedForLongerThanOneThatIsSilent() throws Exception {
    Thread.ofVirtual()
        .start(() -> {
          try (Socket socket = listener.accept()) {
            // The head of a record of TLS, and then its bytes, one by one.
            socket.getOutputStream().write(new byte[] {0x16, 3, 3, 0x40, 0});
            await()
                .forever()
                .pollInterval(Duration.ofMillis(100))
                .until(() -> {
                  socket.getOutputStream().write(2);
                  return false;
                });
          } catch (IOException gone) {
            // The check is over.
          }
        });
    URI secure = URI.create("https://127.0.0.1:" + listener.getLocalPort());
    assertThat(error(check(Kind.HTTP, "/", "", Statuses.of("200-200")), secure))
        .contains("no answer came in time");
  }
}
