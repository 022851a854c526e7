package io.sluice.provisioner.leadership;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.member.Addresses;
import io.sluice.schemas.policy.Health;
import io.sluice.schemas.policy.Statuses;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HealthProbeTest {
  private static final Duration MOST = Duration.ofSeconds(5);
  private static final HealthProbe PROBE = HealthProbe.overSockets();

  private final BlockingQueue<String> hosts = new ArrayBlockingQueue<>(16);
  private ServerSocket listener;

  @BeforeEach
  void open() throws IOException {
    listener = new ServerSocket(0, 16, InetAddress.getLoopbackAddress());
  }

  @AfterEach
  void close() throws IOException {
    listener.close();
  }

  private URI address() {
    return URI.create("http://127.0.0.1:" + listener.getLocalPort());
  }

  /** Answers one question with this, and keeps the connection open. */
  private void answers(String answer) {
    Thread.ofVirtual()
        .start(() -> {
          try {
            Socket client = listener.accept();
            BufferedReader in =
                new BufferedReader(new InputStreamReader(client.getInputStream(), US_ASCII));
            String line = in.readLine();
            while (!line.isEmpty()) {
              if (line.startsWith("Host: ") || line.startsWith("GET ")) {
                hosts.add(line);
              }
              line = in.readLine();
            }
            client.getOutputStream().write(answer.getBytes(US_ASCII));
          } catch (IOException over) {
            hosts.add(over.toString());
          }
        });
  }

  private String ask(Health.Serving health) throws InterruptedException {
    return PROBE.ask(address(), health, MOST);
  }

  @Test
  void aPathIsAskedForUnderTheHostThatItsTemplateNames() throws InterruptedException {
    answers("HTTP/1.1 204 No Content\r\n\r\n");

    assertThat(ask(new Health.Http("/up?deep=1", Statuses.SUCCESS, Optional.of("shop.example"))))
        .isEmpty();

    assertThat(hosts.poll(5, TimeUnit.SECONDS)).isEqualTo("GET /up?deep=1 HTTP/1.1");
    assertThat(hosts.poll(5, TimeUnit.SECONDS)).isEqualTo("Host: shop.example");
  }

  @Test
  void aStatusThatIsNotExpectedIsTold() throws InterruptedException {
    answers("HTTP/1.1 204 No Content\r\n\r\n");

    assertThat(ask(Health.Http.of("/"))).isEqualTo("its health check answers 204, expected 200");
  }

  @Test
  void interimAnswersArePassedOverAndABodyThatNeverEndsIsNotWaitedFor()
      throws InterruptedException {
    answers("HTTP/1.1 103 Early\r\nA: b\r\n\r\nHTTP/1.0 200 OK\r\nContent-Length: 10\r\n\r\nx");

    assertThat(ask(Health.Http.of("/"))).isEmpty();
  }

  @Test
  void whatIsNoHttpIsTold() throws InterruptedException {
    answers("SSH-2.0-x\r\n\r\n");

    assertThat(ask(Health.Http.of("/"))).contains("its answer is not HTTP: 'SSH-2.0-x'");
  }

  @Test
  void aServerThatIsSilentIsNotWaitedForLongerThanAsked() throws InterruptedException {
    assertThat(PROBE.ask(address(), Health.Http.of("/"), Duration.ofMillis(50)))
        .startsWith("its health check can't be asked: ");
  }

  @Test
  void byTcpItIsEnoughToListen() throws InterruptedException, IOException {
    assertThat(ask(new Health.Tcp())).isEmpty();

    URI gone = address();
    listener.close();
    assertThat(PROBE.ask(gone, new Health.Tcp(), MOST))
        .startsWith("its health check can't be asked: ");
  }

  @Test
  void aWorkerIsNowhereToBeAsked() throws InterruptedException {
    assertThat(PROBE.ask(Addresses.worker("blue-zone1-1"), new Health.Tcp(), MOST))
        .isEqualTo("it has no address at which it could be asked");
  }
}
