package io.sluice.provisioner.api;

import io.helidon.http.Header;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Passes calls that only the leader can answer on to it, once: a call that was passed on to a
 * monitor that does not lead either is refused, since who leads is just changing.
 */
final class Forwarding implements AutoCloseable {
  private static final HeaderName FORWARDED = HeaderNames.create("Sluice-Forwarded");

  /** Longer than the leader may take to record something. */
  private static final Duration ANSWER_MAX = Duration.ofSeconds(15);

  private static final Duration CONNECT_MAX = Duration.ofSeconds(2);
  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

  /** Set by the client and the server themselves, or meant for one hop. */
  private static final Set<String> OWN =
      Set.of(
          "connection",
          "content-length",
          "date",
          "expect",
          "host",
          "keep-alive",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade");

  private final LeaderClient desk;
  private final Supplier<Optional<URI>> leader;
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(CONNECT_MAX)
          .build();

  /**
   * Passes on what this monitor can't answer.
   *
   * @param leader where the leader answers; empty: nobody else is known to lead
   */
  Forwarding(LeaderClient desk, Supplier<Optional<URI>> leader) {
    this.desk = desk;
    this.leader = leader;
  }

  /** The handler, for a monitor that may not lead. */
  Handler of(Handler handler) {
    return (request, response) -> {
      Optional<URI> elsewhere = desk.leads() ? Optional.empty() : leader.get();
      if (elsewhere.isEmpty() || request.headers().contains(FORWARDED)) {
        handler.handle(request, response);
      } else {
        forward(elsewhere.get(), request, response);
      }
    };
  }

  private void forward(URI leader, ServerRequest request, ServerResponse response) {
    String query = request.query().rawValue();
    String path = request.path().rawPath() + (query.isEmpty() ? "" : "?" + query);
    byte[] body = request.content().hasEntity() ? request.content().as(byte[].class) : new byte[0];
    HttpRequest.Builder forwarded =
        HttpRequest.newBuilder(leader.resolve(path))
            .timeout(ANSWER_MAX)
            .method(
                request.prologue().method().text(), HttpRequest.BodyPublishers.ofByteArray(body))
            .header(FORWARDED.defaultCase(), "1");
    for (Header header : request.headers()) {
      if (!OWN.contains(header.name().toLowerCase(Locale.ROOT))) {
        header.allValues().forEach(value -> forwarded.header(header.name(), value));
      }
    }
    send(leader, forwarded.build(), response);
  }

  private void send(URI leader, HttpRequest forwarded, ServerResponse response) {
    try {
      HttpResponse<byte[]> answer = http.send(forwarded, HttpResponse.BodyHandlers.ofByteArray());
      response.status(Status.create(answer.statusCode()));
      answer
          .headers()
          .map()
          .forEach((name, values) -> {
            if (!OWN.contains(name.toLowerCase(Locale.ROOT))) {
              response.header(HeaderNames.create(name), values.toArray(String[]::new));
            }
          });
      response.send(answer.body());
    } catch (IOException failed) {
      throw Refusal.later(
          Status.SERVICE_UNAVAILABLE_503,
          "the leader at %s does not answer (%s); whether it recorded this the journal will tell"
              .formatted(leader, failed),
          RETRY_AFTER);
    } catch (InterruptedException closed) {
      Thread.currentThread().interrupt();
      throw new Refusal(Status.SERVICE_UNAVAILABLE_503, "the monitor is closed");
    }
  }

  @Override
  public void close() {
    http.shutdownNow();
  }
}
