package io.sluice.provisioner.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.helidon.http.HeaderNames;
import io.helidon.http.Method;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.sluice.provisioner.elector.LeaderElector;
import io.sluice.provisioner.elector.Peers;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Calls between monitors. */
final class ElectionCalls {
  private static final Logger LOG = LoggerFactory.getLogger(ElectionCalls.class);

  /** How often something is written to a held connection, to see whether anybody holds it. */
  private static final Duration SIGN_INTERVAL = Duration.ofSeconds(1);

  private static final Duration LOOK = Duration.ofMillis(100);
  private static final byte[] SIGN = "\n".getBytes(UTF_8);

  private final LeaderElector council;

  ElectionCalls(LeaderElector council) {
    this.council = council;
  }

  List<Route> routes() {
    return List.of(
        Route.open(Method.GET, Peers.MESSAGES, this::standing),
        Route.peers(Method.POST, Peers.MESSAGES, this::hear),
        Route.peers(Method.GET, Peers.HELD, this::held));
  }

  private void standing(ServerRequest request, ServerResponse response) {
    Answers.json(request, response, council.standing());
  }

  private void hear(ServerRequest request, ServerResponse response) {
    Peers.Envelope envelope;
    try {
      envelope = Peers.Envelope.read(Request.text(request));
    } catch (IllegalArgumentException malformed) {
      throw new Refusal(Status.BAD_REQUEST_400, "body: " + malformed.getMessage());
    }
    if (!council.knows(envelope.from())) {
      throw new Refusal(
          Status.FORBIDDEN_403,
          "monitor %s: expected one that this monitor's configuration names"
              .formatted(envelope.from()));
    }
    if (!council.hear(envelope.from(), envelope.message())) {
      throw new Refusal(Status.SERVICE_UNAVAILABLE_503, "this monitor is about to end");
    }
    response.status(Status.ACCEPTED_202).send();
  }

  /** Holds the connection open as long as this monitor lives. */
  private void held(ServerRequest request, ServerResponse response) {
    response.header(HeaderNames.CONTENT_TYPE, "text/plain");
    try (OutputStream line = response.outputStream()) {
      long signedAt = System.nanoTime() - SIGN_INTERVAL.toNanos();
      while (council.open()) {
        if (System.nanoTime() - signedAt >= SIGN_INTERVAL.toNanos()) {
          line.write(SIGN);
          line.flush();
          signedAt = System.nanoTime();
        }
        Thread.sleep(LOOK);
      }
    } catch (IOException | UncheckedIOException letGo) {
      LOG.debug("a held connection was let go", letGo);
    } catch (InterruptedException closed) {
      Thread.currentThread().interrupt();
    }
  }
}
