package io.sluice.compose.drill.chaos;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sluice.compose.drill.DrillException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Speaks to a monitor as no client of ours does. */
final class HostileClient {
  private static final int ANSWER_MILLIS_MAX = (int) Duration.ofSeconds(30).toMillis();
  private static final int WATCHERS = 40;

  /** Linux has all of 127.0.0.0/8 on loopback: two addresses are two callers. */
  private static final String HOSTILE_ADDRESS = "127.0.0.2";

  private static final String OTHER_ADDRESS = "127.0.0.3";
  private static final List<String> PATHS =
      List.of(
          "//127.0.0.1:%d/../v1/zones/zone1/scale",
          "/..//127.0.0.1:%d/v1/zones/zone1/scale",
          "http://127.0.0.1:%d/v1/zones/zone1/scale",
          "@127.0.0.1:%d/v1/zones/zone1/scale");
  private static final int LISTEN_MILLIS = 100;

  private HostileClient() {}

  /** Has a follower pass on what names another host; nothing may arrive there. */
  static void forge(URI follower, Findings findings) {
    try (ServerSocket elsewhere = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      elsewhere.setSoTimeout(LISTEN_MILLIS);
      for (String path : PATHS) {
        String target = path.formatted(elsewhere.getLocalPort());
        String answer = answer(follower, target);
        if (!answer.startsWith("HTTP/1.1 4")) {
          findings.add(Invariant.INPUTS, "POST %s: %s".formatted(target, answer));
        }
        if (reached(elsewhere)) {
          findings.add(Invariant.INPUTS, "POST %s: passed on to another host".formatted(target));
        }
      }
    } catch (IOException failed) {
      throw new DrillException("a follower can't be asked: " + failed.getMessage(), failed);
    }
  }

  private static String answer(URI follower, String target) throws IOException {
    try (Socket socket = connected(follower, OTHER_ADDRESS)) {
      String body = "{\"servers\": 3}";
      socket
          .getOutputStream()
          .write(
              "POST %s HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s"
                  .formatted(target, body.length(), body)
                  .getBytes(UTF_8));
      return statusOf(socket);
    }
  }

  /** No more: a stream goes on, and some answers are not followed by the end of the connection. */
  private static String statusOf(Socket socket) throws IOException {
    return new String(socket.getInputStream().readNBytes("HTTP/1.1 200".length()), UTF_8);
  }

  private static boolean reached(ServerSocket elsewhere) throws IOException {
    try (Socket _ = elsewhere.accept()) {
      return true;
    } catch (SocketTimeoutException nobody) {
      return false;
    }
  }

  /** Takes every place that it can get; another caller has to get one all the same. */
  static void watch(URI monitor, Findings findings) {
    List<Socket> silent = new ArrayList<>();
    try {
      for (int i = 0; i < WATCHERS; i++) {
        silent.add(watcher(monitor, HOSTILE_ADDRESS));
      }
      try (Socket other = watcher(monitor, OTHER_ADDRESS)) {
        String status = statusOf(other);
        if (!status.equals("HTTP/1.1 200")) {
          findings.add(
              Invariant.INPUTS,
              "another watcher beside %d that do not read: %s".formatted(WATCHERS, status));
        }
      }
      for (Socket socket : silent) {
        socket.close();
      }
    } catch (IOException failed) {
      throw new DrillException("a monitor can't be watched: " + failed.getMessage(), failed);
    }
  }

  private static Socket watcher(URI monitor, String from) throws IOException {
    Socket socket = connected(monitor, from);
    socket
        .getOutputStream()
        .write("GET /v1/events HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".getBytes(UTF_8));
    return socket;
  }

  private static Socket connected(URI monitor, String from) throws IOException {
    Socket socket = new Socket();
    socket.setSoTimeout(ANSWER_MILLIS_MAX);
    socket.bind(new InetSocketAddress(from, 0));
    socket.connect(new InetSocketAddress(monitor.getHost(), monitor.getPort()), ANSWER_MILLIS_MAX);
    return socket;
  }
}
