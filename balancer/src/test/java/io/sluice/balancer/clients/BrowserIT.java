package io.sluice.balancer.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.balancer.Balancer;
import io.sluice.balancer.proxy.Count;
import io.sluice.balancer.proxy.TlsFiles;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A browser through the balancer: the page tests it from inside, and posts what came of it. */
final class BrowserIT {
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final String PAGE =
      """
      <!doctype html><title>a page</title><script>
      async function hash(buffer) {
        const sum = await crypto.subtle.digest('SHA-256', buffer);
        return Array.from(new Uint8Array(sum), b => b.toString(16).padStart(2, '0')).join('');
      }
      function echo() {
        return new Promise((done, failed) => {
          const socket = new WebSocket('SOCKETS');
          socket.onopen = () => socket.send('hello');
          socket.onmessage = message => { done(message.data); socket.close(); };
          socket.onerror = () => failed('the WebSocket broke');
        });
      }
      async function all() {
        const files = await Promise.all(Array.from({length: 20}, (_, i) => fetch('/file?' + i)
            .then(answer => answer.arrayBuffer()).then(hash)));
        const part = await fetch('/file', {headers: {Range: 'bytes=10-19'}});
        const body = new Uint8Array(1000000).fill(7);
        const sent = await fetch('/upload', {method: 'POST', body}).then(answer => answer.text());
        return [new Set(files).size, files[0], part.status, (await part.arrayBuffer()).byteLength,
            sent, await hash(body), await echo()].join('\\n');
      }
      all().catch(error => 'failed: ' + error)
          .then(report => fetch('/report', {method: 'POST', body: report}));
      </script>
      """;

  @TempDir private Path directory = Path.of("");

  @BeforeEach
  void chromium() {
    Front.require("chromium");
  }

  private Process browse(String url) throws java.io.IOException {
    ProcessBuilder chromium =
        new ProcessBuilder(
            List.of(
                "chromium",
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--ignore-certificate-errors",
                "--remote-debugging-port=0",
                "--user-data-dir=" + directory.resolve("profile"),
                url));
    chromium.environment().put("HOME", directory.toString());
    return chromium
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .redirectError(directory.resolve("chromium.log").toFile())
        .start();
  }

  @Test
  void aPageLoadsUploadsAndTalksOverAWebSocketInTls() throws Exception {
    TlsFiles files = Front.certificate(directory);
    try (Origin origin = new Origin();
        WebSocketEcho echo = new WebSocketEcho();
        Balancer balancer = Front.secure(origin.address(), files);
        Balancer sockets = Front.secure(echo.address(), files)) {
      origin.page(PAGE.replace("SOCKETS", "wss://127.0.0.1:" + sockets.traffic().getPort() + "/"));

      Process browser = browse("https://127.0.0.1:" + balancer.traffic().getPort() + "/page");
      try {
        await().atMost(PATIENCE).until(() -> !origin.reports().isEmpty());
      } finally {
        browser.descendants().forEach(ProcessHandle::destroyForcibly);
        browser.destroyForcibly().waitFor();
      }

      assertThat(balancer.counts().get(Count.HTTP2_REQUESTS)).as("by HTTP/2").isGreaterThan(20);
      assertThat(balancer.counts().get(Count.HTTP2_FLOODS)).isZero();
      byte[] body = new byte[1_000_000];
      java.util.Arrays.fill(body, (byte) 7);
      String hash = Origin.sha256(body);
      assertThat(origin.reports().getFirst())
          .isEqualTo(
              String.join(
                  "\n",
                  "1",
                  Origin.sha256(origin.file()),
                  "206",
                  "10",
                  "length " + hash,
                  hash,
                  "hello"));
    }
  }
}
