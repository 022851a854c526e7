package io.sluice.balancer.clients;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.balancer.Balancer;
import io.sluice.balancer.proxy.TlsFiles;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Java's own client through the balancer. */
final class JavaClientIT {
  @TempDir private Path directory = Path.of("");

  private static byte[] large() {
    byte[] bytes = new byte[5_000_000];
    new Random(3).nextBytes(bytes);
    return bytes;
  }

  /** A client that believes this certificate. */
  private static HttpClient believing(TlsFiles files, HttpClient.Version version) throws Exception {
    KeyStore known = KeyStore.getInstance(KeyStore.getDefaultType());
    known.load(null, null);
    try (InputStream in = Files.newInputStream(files.certificate())) {
      known.setCertificateEntry(
          "a", CertificateFactory.getInstance("X.509").generateCertificate(in));
    }
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(known);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return HttpClient.newBuilder().sslContext(context).version(version).build();
  }

  private static void asksAndUploads(HttpClient http, String base, HttpClient.Version spoken)
      throws Exception {
    byte[] large = large();
    HttpRequest plain = HttpRequest.newBuilder(URI.create(base + "/")).build();
    HttpResponse<String> answer = http.send(plain, BodyHandlers.ofString());
    assertThat(answer.body()).isEqualTo("HTTP/1.1 GET");
    assertThat(answer.version()).isEqualTo(spoken);
    HttpRequest.Builder upload = HttpRequest.newBuilder(URI.create(base + "/upload"));
    HttpRequest whole = upload.POST(BodyPublishers.ofByteArray(large)).build();
    assertThat(http.send(whole, BodyHandlers.ofString()).body())
        .isEqualTo("length " + Origin.sha256(large));
    HttpRequest chunked =
        upload
            .expectContinue(true)
            .PUT(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(large)))
            .build();
    assertThat(http.send(chunked, BodyHandlers.ofString()).body())
        .isEqualTo("chunked " + Origin.sha256(large));
    List<CompletableFuture<HttpResponse<String>>> many = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      many.add(http.sendAsync(plain, BodyHandlers.ofString()));
    }
    for (CompletableFuture<HttpResponse<String>> one : many) {
      assertThat(one.get(30, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
    }
  }

  @Test
  void asksAndUploadsThoughItWouldRatherSpeakHttp2() throws Exception {
    try (Origin origin = new Origin();
        Balancer balancer = Front.plain(origin.address());
        HttpClient http = HttpClient.newHttpClient()) {
      String base = "http://127.0.0.1:" + balancer.traffic().getPort();
      asksAndUploads(http, base, HttpClient.Version.HTTP_1_1);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = HttpClient.Version.class,
      names = {"HTTP_1_1", "HTTP_2"})
  void asksAndUploadsOverTls(HttpClient.Version version) throws Exception {
    TlsFiles files = Front.certificate(directory);
    try (Origin origin = new Origin();
        Balancer balancer = Front.secure(origin.address(), files);
        HttpClient http = believing(files, version)) {
      asksAndUploads(http, "https://127.0.0.1:" + balancer.traffic().getPort(), version);
    }
  }

  /** Keeps what it hears. */
  private record Ear(BlockingQueue<String> heard) implements WebSocket.Listener {
    @Override
    public CompletionStage<?> onText(WebSocket socket, CharSequence text, boolean last) {
      heard.add(text.toString());
      socket.request(1);
      return CompletableFuture.completedStage(null);
    }

    @Override
    public CompletionStage<?> onClose(WebSocket socket, int status, String reason) {
      heard.add("closed " + status);
      return CompletableFuture.completedStage(null);
    }
  }

  @Test
  void talksOverAWebSocketInTls() throws Exception {
    TlsFiles files = Front.certificate(directory);
    try (WebSocketEcho echo = new WebSocketEcho();
        Balancer balancer = Front.secure(echo.address(), files);
        HttpClient http = believing(files, HttpClient.Version.HTTP_2)) {
      Ear ear = new Ear(new LinkedBlockingQueue<>());
      URI address = URI.create("wss://127.0.0.1:" + balancer.traffic().getPort() + "/");
      WebSocket socket =
          http.newWebSocketBuilder().buildAsync(address, ear).get(20, TimeUnit.SECONDS);
      for (String text : List.of("hello", "x".repeat(10_000), "bye")) {
        var _ = socket.sendText(text, true).get(20, TimeUnit.SECONDS);
        assertThat(ear.heard().poll(20, TimeUnit.SECONDS)).isEqualTo(text);
      }
      var _ = socket.sendClose(WebSocket.NORMAL_CLOSURE, "").get(20, TimeUnit.SECONDS);
      assertThat(ear.heard().poll(20, TimeUnit.SECONDS)).isEqualTo("closed 1000");
    }
  }
}
