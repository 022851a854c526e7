package io.sluice.compose.drill.chaos;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** Users who ask one thing after another at a constant pace, until told to stop. */
final class GatewayLoad implements AutoCloseable {
  private static final int USERS = 4;
  private static final Duration PACE = Duration.ofMillis(50);

  /** A gateway gives a request up earlier than that. */
  private static final Duration TIMEOUT = Duration.ofSeconds(40);

  private static final int OK = 200;

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final AtomicBoolean going = new AtomicBoolean(true);
  private final AtomicLong answered = new AtomicLong();
  private final Queue<Failure> failures = new ConcurrentLinkedQueue<>();

  /**
   * A request that was not answered well.
   *
   * @param asked when it began
   * @param ended when that was clear
   * @param what the status and the answer, or what went wrong
   */
  record Failure(Instant asked, Instant ended, String what) {}

  GatewayLoad(URI target) {
    for (int i = 0; i < USERS; i++) {
      Thread.ofVirtual().name("user-", i).start(() -> ask(target));
    }
  }

  private void ask(URI target) {
    HttpRequest question = HttpRequest.newBuilder(target).timeout(TIMEOUT).build();
    while (going.get()) {
      Instant asked = Instant.now();
      try {
        HttpResponse<String> answer = http.send(question, HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() == OK) {
          answered.incrementAndGet();
        } else {
          failed(asked, answer.statusCode() + " " + answer.body());
        }
      } catch (IOException failed) {
        failed(asked, failed.toString());
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
        return;
      }
      LockSupport.parkNanos(PACE.toNanos());
    }
  }

  private void failed(Instant asked, String what) {
    failures.add(new Failure(asked, Instant.now(), what));
  }

  long answered() {
    return answered.get();
  }

  List<Failure> failures() {
    return List.copyOf(failures);
  }

  @Override
  public void close() {
    going.set(false);
    // Waits until every user has its last answer.
    http.close();
  }
}
