package io.sluice.balancer.proxy;

import static io.sluice.balancer.proxy.TestBed.id;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.netty.buffer.ByteBufAllocator;
import io.sluice.balancer.access.AccessLogConfig;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** TLS that ends at the balancer. */
final class TlsIT {
  private static final char[] PASSWORD = "changeit".toCharArray();

  /** Believes everything: these tests look at certificates themselves. */
  private static final class Gullible implements X509TrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }

  @TempDir private Path directory = Path.of("");
  private TlsFiles files = new TlsFiles(Path.of(""), Path.of(""));

  @BeforeEach
  void firstCertificate() throws Exception {
    files = new TlsFiles(directory.resolve("cert.pem"), directory.resolve("key.pem"));
    certify("first");
  }

  /** Makes a certificate for this name, and moves it and its key into their places. */
  private void certify(String name) throws Exception {
    KeyStore made = make(name);
    putKey(made);
    putCertificate(made);
  }

  private void putKey(KeyStore made) throws Exception {
    put(files.key(), "PRIVATE KEY", made.getKey("a", PASSWORD).getEncoded());
  }

  private void putCertificate(KeyStore made) throws Exception {
    put(files.certificate(), "CERTIFICATE", made.getCertificate("a").getEncoded());
  }

  private KeyStore make(String name) throws Exception {
    Path store = directory.resolve(name + ".p12");
    String keytool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
    Process made =
        new ProcessBuilder(
                keytool,
                "-genkeypair",
                "-alias",
                "a",
                "-keyalg",
                "EC",
                "-dname",
                "CN=" + name,
                "-validity",
                "2",
                "-storetype",
                "PKCS12",
                "-keystore",
                store.toString(),
                "-storepass",
                new String(PASSWORD))
            .redirectErrorStream(true)
            .start();
    String said = new String(made.getInputStream().readAllBytes(), US_ASCII);
    assertThat(made.waitFor()).as(said).isZero();
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      keys.load(in, PASSWORD);
    }
    return keys;
  }

  private static void put(Path file, String what, byte[] content) throws IOException {
    String lines = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
    Path fresh = file.resolveSibling(file.getFileName() + ".new");
    Files.writeString(
        fresh, "-----BEGIN " + what + "-----\n" + lines + "\n-----END " + what + "-----\n");
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private TestBed bed() {
    return bed(ProxyTimeouts.DEFAULT.withHold(Duration.ZERO));
  }

  private TestBed bed(ProxyTimeouts timeouts) {
    return new TestBed(
        TestBed.config(timeouts)
            .withListener(new ListenerConfig(Set.of(), AccessLogConfig.OFF, Optional.of(files))));
  }

  private static SSLSocket connect(InetSocketAddress address) throws Exception {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, new TrustManager[] {new Gullible()}, new SecureRandom());
    Socket socket = context.getSocketFactory().createSocket();
    socket.setSoTimeout(10_000);
    socket.connect(address);
    return (SSLSocket) socket;
  }

  private static String name(SSLSocket socket) throws Exception {
    return ((X509Certificate) socket.getSession().getPeerCertificates()[0])
        .getSubjectX500Principal()
        .getName();
  }

  private static Message get(SSLSocket socket, InputStream in) throws IOException {
    socket.getOutputStream().write("GET / HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(US_ASCII));
    return Message.read(in, false, true).orElseThrow();
  }

  @Test
  void requestsComeThroughAndServersLearnThatTheyWereSafe() throws Exception {
    try (TestBed bed = bed();
        TestServer server = TestServer.naming(id(1));
        SSLSocket client = connect(bed.alive(server).proxy.address())) {
      InputStream in = new BufferedInputStream(client.getInputStream());
      for (int i = 0; i < 3; i++) {
        assertThat(get(client, in).text()).isEqualTo("zone1-1");
      }
      assertThat(server.requests.getFirst().field("x-forwarded-proto")).contains("https");
      assertThat(name(client)).isEqualTo("CN=first");
    }
  }

  @Test
  void aLargeBodyComesWhole() throws Exception {
    String body = "x".repeat(3_000_000);
    try (TestBed bed = bed();
        TestServer server =
            TestServer.replying(
                id(1),
                (request, connection) -> {
                  connection.send(TestServer.ok(body));
                  return true;
                });
        SSLSocket client = connect(bed.alive(server).proxy.address())) {
      InputStream in = new BufferedInputStream(client.getInputStream());
      assertThat(get(client, in).text()).isEqualTo(body);
    }
  }

  @Test
  void aNewCertificateIsTakenWithoutDroppingAnybody() throws Exception {
    try (TestBed bed = bed();
        TestServer server = TestServer.naming(id(1));
        SSLSocket old = connect(bed.alive(server).proxy.address())) {
      InputStream in = new BufferedInputStream(old.getInputStream());
      assertThat(get(old, in).status()).isEqualTo(200);

      certify("second");

      await()
          .until(() -> {
            assertThat(get(old, in).status()).as("the open connection goes on").isEqualTo(200);
            try (SSLSocket fresh = connect(bed.proxy.address())) {
              return name(fresh).equals("CN=second");
            }
          });
      assertThat(name(old)).isEqualTo("CN=first");
    }
  }

  @Test
  void aCertificateThatCanNotBeUsedChangesNothing() throws Exception {
    try (Tls tls = new Tls(files, Duration.ofSeconds(5), true)) {
      Files.writeString(files.certificate(), "nonsense");
      tls.look();
      assertThat(offered(tls)).isEqualTo("CN=first");
      assertThatThrownBy(this::bed).isInstanceOf(ProxyException.class).hasMessageContaining("PEM");
    }
  }

  @Test
  void aPairOfWhichOneIsRenewedIsTakenOnceTheOtherIsToo() throws Exception {
    try (Tls tls = new Tls(files, Duration.ofSeconds(5), true)) {
      KeyStore second = make("second");

      putCertificate(second);
      tls.look();
      assertThat(offered(tls)).as("its key is still the first one's").isEqualTo("CN=first");
      Files.delete(files.key());
      tls.look();
      assertThat(offered(tls)).as("its key can't be read").isEqualTo("CN=first");
      putKey(second);
      tls.look();
      assertThat(offered(tls)).isEqualTo("CN=second");
    }
  }

  @Test
  void aCertificateWithTheKeyOfAnotherIsRefusedAtTheStart() throws Exception {
    putKey(make("other"));
    assertThatThrownBy(this::bed)
        .isInstanceOf(ProxyException.class)
        .hasMessageContaining(files.key().toString())
        .hasMessageContaining("expected PEM files that belong together");
  }

  /** The name in the certificate that a new connection gets. */
  private static String offered(Tls tls) throws Exception {
    SSLEngine engine = tls.handler(ByteBufAllocator.DEFAULT).engine();
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, new TrustManager[] {new Gullible()}, new SecureRandom());
    SSLEngine client = context.createSSLEngine();
    Tls.shakeHands(client, engine);
    return ((X509Certificate) client.getSession().getPeerCertificates()[0])
        .getSubjectX500Principal()
        .getName();
  }

  @Test
  void handshakesAreWorkedOutBesideTheLoops() throws Exception {
    try (TestBed bed = bed();
        TestServer server = TestServer.naming(id(1));
        SSLSocket client = connect(bed.alive(server).proxy.address())) {
      client.startHandshake();
      assertThat(Thread.getAllStackTraces().keySet())
          .anyMatch(thread -> thread.getName().startsWith("balancer-handshakes"));
    }
  }

  @Test
  void aBodyThatBrokeOffDoesNotEndInAnOrderlyWay() throws Exception {
    try (TestBed bed = bed();
        TestServer server =
            TestServer.replying(
                id(1),
                (request, connection) -> {
                  connection.send("HTTP/1.1 200 OK\r\n\r\nthe first half");
                  connection.reset();
                  return false;
                });
        SSLSocket client = connect(bed.alive(server).proxy.address())) {
      client.getOutputStream().write("GET / HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(US_ASCII));
      InputStream in = client.getInputStream();
      assertThatThrownBy(in::readAllBytes).isInstanceOf(IOException.class);
    }
  }

  @Test
  void whoWantsToAgreeAnewOverAnOpenConnectionIsNotHeard() throws Exception {
    try (TestBed bed = bed();
        TestServer server = TestServer.naming(id(1));
        SSLSocket client = connect(bed.alive(server).proxy.address())) {
      client.setEnabledProtocols(new String[] {"TLSv1.2"});
      InputStream in = new BufferedInputStream(client.getInputStream());
      assertThat(get(client, in).status()).isEqualTo(200);
      byte[] first = client.getSession().getId();

      assertThatThrownBy(
              () -> {
                client.startHandshake();
                get(client, in);
              })
          .isInstanceOf(IOException.class);
      assertThat(client.getSession().getId()).isEqualTo(first);
    }
  }

  @Test
  void whoDoesNotSpeakTlsIsNotServed() throws Exception {
    try (TestBed bed = bed();
        TestServer server = TestServer.naming(id(1));
        TestClient plain = bed.alive(server).client()) {
      plain.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
      assertThat(new String(plain.in().readAllBytes(), US_ASCII)).doesNotContain("HTTP/1.1 200");
      assertThat(server.requests).isEmpty();
      await().until(() -> bed.count(Count.TLS_FAILURES) == 1);
    }
  }

  @Test
  void whoDoesNotAgreeInTimeIsNotWaitedFor() throws Exception {
    try (TestBed bed = bed(TestBed.QUICK);
        TestClient silent = bed.client()) {
      // What is said to it, if anything, is TLS's own word that this is the end.
      assertThat(silent.in().readAllBytes()).hasSizeLessThan(16);
    }
  }
}
