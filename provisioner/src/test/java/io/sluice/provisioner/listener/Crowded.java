package io.sluice.provisioner.listener;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.helidon.webserver.WebServer;
import io.sluice.schemas.supervision.Halt;
import io.sluice.schemas.supervision.Loops;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;

/** A process that listens, and says where. */
public final class Crowded {
  private Crowded() {}

  /** Runs until it is ended. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    WebServer server =
        WebServer.builder()
            .host("127.0.0.1")
            .port(0)
            .featuresDiscoverServices(false)
            .build()
            .start();
    ListenerWatch watch = new ListenerWatch("127.0.0.1", server.port());
    var _ = new Loops(Halt.ofProcess()).halting("api", Duration.ofMinutes(1), watch::watch);
    // As any process that has served before: what the first connection loads needs files, too.
    try (Socket first = new Socket("127.0.0.1", server.port())) {
      first.getOutputStream().write("GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(US_ASCII));
      if (first.getInputStream().read() < 0) {
        throw new IOException("no answer");
      }
    }
    System.out.println(server.port());
    Thread.currentThread().join();
  }
}
