package io.sluice.provisioner.listener;

import com.sun.management.UnixOperatingSystemMXBean;
import io.helidon.webserver.WebServerConfig;
import io.sluice.schemas.supervision.Loops;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Whether a web server still listens. Helidon closes its socket for good at whatever {@code accept}
 * throws, such as that no file descriptor is left; the server goes on calling itself running, and
 * tells nobody. So it is tried: a connection that is refused says so. One that can't be made for
 * another reason, or is not taken for now, says nothing.
 */
public final class ListenerWatch {
  private static final Duration LOOK = Duration.ofSeconds(2);

  /** So many in a row are no accident. */
  private static final int REFUSALS_MAX = 2;

  /** Longer than clients keep a connection that they may use again; JDK's for 30 s. */
  private static final Duration IDLE_MAX = Duration.ofMinutes(1);

  private static final Duration IDLE_LOOK = Duration.ofSeconds(10);
  private static final int CONNECTIONS_MIN = 64;
  private static final int CONNECTIONS_MAX = 1024;

  /** What else a process opens, beside those of several monitors in one. */
  private static final int SHARE = 4;

  private final InetSocketAddress address;
  private final CountDownLatch closed = new CountDownLatch(1);

  /** A watch over who listens there. */
  public ListenerWatch(String host, int port) {
    this.address = new InetSocketAddress(host, port);
  }

  /** Bounds what connections take: who is there already is served, and who idles has to go. */
  public static void bound(WebServerConfig.Builder server) {
    server
        .maxTcpConnections(connectionsMax())
        .idleConnectionTimeout(IDLE_MAX)
        .idleConnectionPeriod(IDLE_LOOK);
  }

  private static int connectionsMax() {
    long files =
        ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
            ? unix.getMaxFileDescriptorCount()
            : Long.MAX_VALUE;
    return Math.clamp(files / SHARE, CONNECTIONS_MIN, CONNECTIONS_MAX);
  }

  /** From now on its end is in order. */
  public void closes() {
    closed.countDown();
  }

  /**
   * Looks until its end is in order.
   *
   * @throws IllegalStateException if it listens no more before
   * @throws InterruptedException if whoever looks was interrupted
   */
  public void watch(Loops.Turns turns) throws InterruptedException {
    int refusals = 0;
    while (!closed.await(LOOK.toMillis(), TimeUnit.MILLISECONDS)) {
      turns.turned();
      refusals = refused() ? refusals + 1 : 0;
      if (refusals >= REFUSALS_MAX) {
        throw new IllegalStateException(
            "nobody listens any more at %s, where this process is to answer".formatted(address));
      }
    }
  }

  private boolean refused() {
    try (Socket socket = new Socket()) {
      socket.connect(address, Math.toIntExact(LOOK.toMillis()));
      return false;
    } catch (ConnectException refused) {
      return true;
    } catch (IOException unknown) {
      return false;
    }
  }
}
