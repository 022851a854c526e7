package io.sluice.balancer.proxy;

import static io.sluice.balancer.proxy.TestBed.id;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A data path that closes, or leaves its port to a successor, loses nothing that was promised. */
final class LeaveIT {
  private static final Duration GRACE = Duration.ofSeconds(10);
  private static final String CHUNK = "8000\r\n" + "x".repeat(0x8000) + "\r\n";

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whatWasAnsweredIsReadToItsEnd(boolean leaves) throws Exception {
    Semaphore mayGoOn = new Semaphore(0);
    AtomicInteger chunks = new AtomicInteger();
    AtomicBoolean enough = new AtomicBoolean();
    try (TestBed bed = new TestBed();
        TestServer server =
            TestServer.replying(
                id(1),
                (request, connection) -> {
                  connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
                  while (!enough.get()) {
                    await().until(() -> mayGoOn.tryAcquire(10, TimeUnit.SECONDS));
                    connection.send(enough.get() ? "0\r\n\r\n" : CHUNK);
                    chunks.incrementAndGet();
                  }
                  return true;
                });
        TestClient client = bed.alive(server).client(16 * 1024)) {
      client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
      // Fills all that lies between, until the rest waits in our own memory.
      while (bed.proxy.bufferedBytes() < 64 * 1024) {
        int before = chunks.get();
        mayGoOn.release();
        await().pollInterval(Duration.ofMillis(1)).until(() -> chunks.get() > before);
      }
      enough.set(true);
      mayGoOn.release();
      await().until(() -> bed.proxy.inFlight(id(1)) == 0);
      assertThat(bed.proxy.bufferedBytes()).as("unsent").isPositive();

      Thread end = Thread.ofVirtual().start(() -> end(bed.proxy, leaves));
      await().until(() -> waits(end));

      assertThat(client.response().text()).hasSize((chunks.get() - 1) * 0x8000);
      assertThat(client.closed()).isTrue();
      assertThat(end.join(GRACE)).isTrue();
    }
  }

  private static void end(Proxy proxy, boolean leaves) {
    if (leaves) {
      proxy.leave(GRACE);
    } else {
      proxy.close(GRACE);
    }
  }

  /** Whether it has told all loops, and waits for them. */
  private static boolean waits(Thread end) {
    return Set.of(Thread.State.WAITING, Thread.State.TIMED_WAITING).contains(end.getState());
  }

  @Test
  void whoWasToldThatItMayAskOnceMoreIsAnswered() throws Exception {
    CountDownLatch mayEnd = new CountDownLatch(1);
    try (TestBed bed = new TestBed();
        TestServer server =
            TestServer.replying(
                id(1),
                (request, connection) -> {
                  connection.send("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nbe");
                  await().until(() -> mayEnd.await(10, TimeUnit.SECONDS));
                  connection.send("fore");
                  return true;
                });
        TestClient client = bed.alive(server).client()) {
      client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
      await().until(() -> bed.count(Count.RESPONSES_2XX) == 1);
      Thread end = Thread.ofVirtual().start(() -> bed.proxy.leave(GRACE));
      await().until(() -> waits(end));
      mayEnd.countDown();

      Message told = client.response();
      assertThat(told.text()).isEqualTo("before");
      assertThat(told.field("connection")).isEmpty();
      Message last = client.get("/");
      assertThat(last.text()).isEqualTo("before");
      assertThat(last.field("connection")).contains("close");
      assertThat(client.closed()).isTrue();
      assertThat(end.join(GRACE)).isTrue();
    }
  }

  @Test
  void whoIsToldToEndWhileItLeavesKeepsThePromisesOfAnEnd() throws Exception {
    CountDownLatch mayEnd = new CountDownLatch(1);
    try (TestBed bed = new TestBed();
        TestServer server =
            TestServer.replying(
                id(1),
                (request, connection) -> {
                  connection.send("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nbe");
                  await().until(() -> mayEnd.await(10, TimeUnit.SECONDS));
                  connection.send("fore");
                  return true;
                });
        TestClient client = bed.alive(server).client()) {
      client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
      await().until(() -> bed.count(Count.RESPONSES_2XX) == 1);
      Thread leaving = Thread.ofVirtual().start(() -> bed.proxy.leave(Duration.ofDays(1)));
      await().until(() -> waits(leaving));

      Thread end = Thread.ofVirtual().start(() -> bed.proxy.close(GRACE));
      await().until(() -> waits(end));
      mayEnd.countDown();

      assertThat(client.response().text()).isEqualTo("before");
      assertThat(end.join(GRACE)).isTrue();
      assertThat(leaving.join(GRACE)).as("a day is cut short").isTrue();
    }
  }
}
