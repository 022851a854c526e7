package io.sluice.compose.bench.provision;

import io.sluice.provisioner.fleet.FleetException;
import io.sluice.provisioner.fleet.ServerFleet;
import io.sluice.provisioner.fleet.ServerSpec;
import io.sluice.schemas.id.Epoch;
import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.policy.ServerTemplate;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;

/**
 * One way to run the demo application, measured by starting servers and asking them.
 *
 * @param zone what its servers are called after
 * @param fleet what runs them
 * @param template what they are made of
 */
record Candidate(ZoneId zone, ServerFleet fleet, ServerTemplate template) {
  private static final Duration ANSWER_MAX = Duration.ofSeconds(60);

  /** It has nothing to finish. */
  private static final Duration GRACE = Duration.ZERO;

  /** Much less than a start takes, and rare enough not to slow it. */
  private static final Duration ASK_AGAIN = Duration.ofMillis(5);

  /** Nobody listens there: a server serves whether or not it reaches Kafka. */
  private static final String NO_KAFKA = "127.0.0.1:1";

  private static final String PATH = "/id";
  private static final int OK = 200;

  /**
   * Starts a server, waits for its first answer, and ends it.
   *
   * @param number of the server in its zone, not used before
   * @return from the order to the answer, in milliseconds
   * @throws FleetException if it can't be started, or gives no answer
   */
  long startMillis(int number, HttpClient http) throws InterruptedException {
    ServerId server = zone.server(number);
    ServerSpec spec =
        ServerSpec.of(server, new Epoch(1), template, 1, Map.of(ServerSpec.BOOTSTRAP, NO_KAFKA));
    try {
      long begin = System.nanoTime();
      awaitAnswer(server, fleet.start(spec).address().resolve(PATH), http);
      return Duration.ofNanos(System.nanoTime() - begin).toMillis();
    } finally {
      fleet.stop(server, GRACE);
    }
  }

  private static void awaitAnswer(ServerId server, URI address, HttpClient http)
      throws InterruptedException {
    HttpRequest question = HttpRequest.newBuilder(address).timeout(ANSWER_MAX).build();
    long deadline = System.nanoTime() + ANSWER_MAX.toNanos();
    String last = ask(question, http);
    while (!last.isEmpty()) {
      if (System.nanoTime() - deadline > 0) {
        throw new FleetException(
            "server %s at %s: no good answer within %d s: %s"
                .formatted(server, address, ANSWER_MAX.toSeconds(), last));
      }
      Thread.sleep(ASK_AGAIN);
      last = ask(question, http);
    }
  }

  /** What is wrong with the answer; empty if nothing is. */
  private static String ask(HttpRequest question, HttpClient http) throws InterruptedException {
    try {
      int status = http.send(question, HttpResponse.BodyHandlers.discarding()).statusCode();
      return status == OK ? "" : "status " + status;
    } catch (IOException notYet) {
      return notYet.toString();
    }
  }
}
