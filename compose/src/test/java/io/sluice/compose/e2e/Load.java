package io.sluice.compose.e2e;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/** Users who ask one thing after another, without a pause, until told to stop. */
public final class Load implements AutoCloseable {
  private static final Duration TIMEOUT = Duration.ofSeconds(20);

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final AtomicBoolean going = new AtomicBoolean(true);
  private final AtomicLong answered = new AtomicLong();
  private final Queue<String> failures = new ConcurrentLinkedQueue<>();
  private final Set<String> answers = ConcurrentHashMap.newKeySet();

  /** Starts this many users, each asking for this address again and again. */
  public Load(URI target, int count) {
    for (int i = 0; i < count; i++) {
      Thread.ofVirtual().start(() -> ask(target));
    }
  }

  private void ask(URI target) {
    HttpRequest question = HttpRequest.newBuilder(target).timeout(TIMEOUT).build();
    while (going.get()) {
      try {
        HttpResponse<String> answer = http.send(question, HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() == 200) {
          answered.incrementAndGet();
          answers.add(answer.body());
        } else {
          failures.add(answer.statusCode() + " " + answer.body());
        }
      } catch (IOException failed) {
        failures.add(failed.toString());
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  /** What was answered since the last call, each text once. */
  public Set<String> takeAnswers() {
    Set<String> taken = Set.copyOf(answers);
    answers.removeAll(taken);
    return taken;
  }

  public long answered() {
    return answered.get();
  }

  public Queue<String> failures() {
    return failures;
  }

  @Override
  public void close() {
    going.set(false);
    // Waits until every user has its last answer.
    http.close();
  }
}
