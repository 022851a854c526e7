package io.sluice.provisioner.leadership;

import io.sluice.provisioner.plan.Input;
import io.sluice.schemas.id.ServerId;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** Asks a server for its health until it answers. Blocks its thread; ends when interrupted. */
final class Readiness {
  private static final int OK = 200;
  private static final Duration ANSWER_MAX = Duration.ofSeconds(2);
  private static final Duration PAUSE_MIN = Duration.ofMillis(50);
  private static final Duration PAUSE_MAX = Duration.ofMillis(250);
  private static final double PAUSE_GROWTH = 1.2;

  private final HttpClient http;

  Readiness(HttpClient http) {
    this.http = http;
  }

  /** {@code Answered}, or {@code Unanswered} after the timeout. */
  Input await(ServerId server, URI health, Duration timeout) throws InterruptedException {
    HttpRequest question = HttpRequest.newBuilder(health).timeout(ANSWER_MAX).build();
    long deadline = System.nanoTime() + timeout.toNanos();
    Duration pause = PAUSE_MIN;
    String last = ask(question);
    while (!last.isEmpty() && System.nanoTime() - deadline < 0) {
      Thread.sleep(pause);
      long grown = (long) (pause.toNanos() * PAUSE_GROWTH);
      pause = grown < PAUSE_MAX.toNanos() ? Duration.ofNanos(grown) : PAUSE_MAX;
      last = ask(question);
    }
    return last.isEmpty() ? new Input.Answered(server) : new Input.Unanswered(server, last);
  }

  /** What is wrong with the answer; empty if it is healthy. */
  private String ask(HttpRequest question) throws InterruptedException {
    try {
      int status = http.send(question, HttpResponse.BodyHandlers.discarding()).statusCode();
      return status == OK ? "" : "its health check answers " + status;
    } catch (IOException failed) {
      String message = failed.getMessage();
      return "its health check can't be asked: "
          + (message == null ? failed.getClass().getSimpleName() : message);
    }
  }
}
