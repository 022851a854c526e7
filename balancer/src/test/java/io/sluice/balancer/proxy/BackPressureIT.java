package io.sluice.balancer.proxy;

import static io.sluice.balancer.proxy.TestBed.id;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.InputStream;
import java.io.OutputStream;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Large bodies between sides of different speed: whole, and bounded in memory. */
@OverBothWires
final class BackPressureIT {
  private static final int LARGE_BYTES = 64 << 20;
  private static final long BUFFERED_MAX_BYTES = 4 << 20;

  BackPressureIT(Transport transport) {
    TestBed.over(transport);
  }

  @Test
  void holdsOnlyABoundedPartOfALargeResponseForASlowReader() throws Exception {
    try (TestBed bed = new TestBed();
        TestServer server =
            TestServer.replying(
                id(1),
                (request, connection) -> {
                  connection.send("HTTP/1.1 200 OK\r\nContent-Length: " + LARGE_BYTES + "\r\n\r\n");
                  fill(connection.out(), LARGE_BYTES, new AtomicLong());
                  return true;
                });
        TestClient client = bed.alive(server).client(16 * 1024)) {
      client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
      Message head = Message.read(client.in(), true, false).orElseThrow();
      assertThat(head.field("content-length")).contains("" + LARGE_BYTES);
      await().until(() -> bed.proxy.bufferedBytes() > 64 * 1024);
      assertThat(bed.proxy.bufferedBytes()).isLessThan(BUFFERED_MAX_BYTES);

      long read = 0;
      byte[] part = new byte[256 * 1024];
      while (read < LARGE_BYTES) {
        read += client.in().readNBytes(part, 0, (int) Math.min(part.length, LARGE_BYTES - read));
        if (read % (16 << 20) == 0) {
          assertThat(bed.proxy.bufferedBytes()).isLessThan(BUFFERED_MAX_BYTES);
        }
      }
      assertThat(read).isEqualTo(LARGE_BYTES);
      client.send("HEAD / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
      assertThat(client.bodiless().status()).isEqualTo(200);
    }
  }

  @Test
  void holdsOnlyABoundedPartOfALargeRequestForASlowServer() throws Exception {
    CountDownLatch mayRead = new CountDownLatch(1);
    AtomicLong received = new AtomicLong();
    try (TestBed bed = new TestBed();
        TestServer server =
            new TestServer(
                id(1),
                connection -> {
                  String line = Message.line(connection.in());
                  while (!line.isEmpty()) {
                    line = Message.line(connection.in());
                  }
                  await().until(() -> mayRead.await(10, TimeUnit.SECONDS));
                  skip(connection.in(), LARGE_BYTES, received);
                  connection.send(TestServer.ok("got it"));
                });
        TestClient client = bed.alive(server).client()) {
      AtomicLong sent = new AtomicLong();
      client.send("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: " + LARGE_BYTES + "\r\n\r\n");
      Thread writer =
          Thread.ofVirtual()
              .start(() -> {
                try {
                  fill(client.out(), LARGE_BYTES, sent);
                } catch (java.io.IOException broken) {
                  sent.set(-1);
                }
              });
      await().until(() -> bed.proxy.bufferedBytes() > 64 * 1024);
      assertThat(bed.proxy.bufferedBytes()).isLessThan(BUFFERED_MAX_BYTES);
      assertThat(sent.get()).isLessThan(LARGE_BYTES);

      mayRead.countDown();

      assertThat(client.response().text()).isEqualTo("got it");
      writer.join();
      assertThat(received).hasValue(LARGE_BYTES);
    }
  }

  @Test
  void whoAsksForMoreAndMoreWithoutReadingHasToWait() throws Exception {
    int requests = 300;
    String body = "x".repeat(60_000);
    try (TestBed bed = new TestBed();
        TestServer server =
            TestServer.replying(
                id(1),
                (request, connection) -> {
                  connection.send(TestServer.ok(body));
                  return true;
                });
        TestClient client = bed.alive(server).client(16 * 1024)) {
      client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n".repeat(requests));
      await().until(() -> bed.proxy.bufferedBytes() > 64 * 1024);
      for (int i = 0; i < requests; i++) {
        assertThat(bed.proxy.bufferedBytes()).isLessThan(1 << 20);
        assertThat(client.response().text()).isEqualTo(body);
      }
    }
  }

  @Test
  void ourOwnAnswersWaitForTheirReaderToo() throws Exception {
    int requests = 20_000;
    try (TestBed bed = new TestBed();
        TestClient client = bed.client(4 * 1024)) {
      Thread writer =
          Thread.ofVirtual()
              .start(() -> {
                try {
                  client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n".repeat(requests));
                } catch (java.io.IOException broken) {
                  throw new java.io.UncheckedIOException(broken);
                }
              });
      await().until(() -> bed.proxy.bufferedBytes() > 64 * 1024);
      for (int i = 0; i < requests; i++) {
        assertThat(client.response().status()).isEqualTo(503);
        if (i % 500 == 0) {
          assertThat(bed.proxy.bufferedBytes()).isLessThan(1 << 20);
        }
      }
      writer.join();
    }
  }

  private static void fill(OutputStream out, long size, AtomicLong sent)
      throws java.io.IOException {
    byte[] part = new byte[64 * 1024];
    for (long left = size; left > 0; left -= part.length) {
      out.write(part);
      sent.addAndGet(part.length);
    }
    out.flush();
  }

  private static void skip(InputStream in, long size, AtomicLong received)
      throws java.io.IOException {
    byte[] part = new byte[64 * 1024];
    Optional<Integer> last = Optional.of(0);
    while (received.get() < size && last.isPresent()) {
      int count = in.read(part);
      last = count < 0 ? Optional.empty() : Optional.of(count);
      received.addAndGet(Math.max(0, count));
    }
  }
}
