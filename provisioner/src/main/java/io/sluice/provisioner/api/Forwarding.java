package io.sluice.provisioner.api;

import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.sluice.schemas.id.MonitorId;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * Passes calls that only the leader can answer on to it, once: a call that was passed on to a
 * monitor that does not lead either is refused, since who leads is just changing.
 *
 * <p>What goes on is made anew from what this monitor understood: the leader's address as the
 * configuration has it, the path of the route that was matched, the headers that calls know, and
 * the body. The caller's own token goes with it, which was found to be right; the leader looks
 * again, so that no monitor has to believe another one.
 */
final class Forwarding implements AutoCloseable {
  private static final HeaderName FORWARDED = HeaderNames.create("Sluice-Forwarded");

  /** Longer than the leader may take to record something. */
  private static final Duration ANSWER_MAX = Duration.ofSeconds(15);

  private static final Duration CONNECT_MAX = Duration.ofSeconds(2);
  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

  /** More than any of these calls is answered with. */
  private static final long ANSWER_BYTES_MAX = 1L << 20;

  private static final List<HeaderName> ASKED =
      List.of(
          HeaderNames.AUTHORIZATION,
          HeaderNames.CONTENT_TYPE,
          HeaderNames.ACCEPT,
          HeaderNames.IF_MATCH,
          HeaderNames.IF_NONE_MATCH,
          Request.ACTOR);
  private static final List<HeaderName> ANSWERED =
      List.of(
          HeaderNames.CONTENT_TYPE,
          HeaderNames.CACHE_CONTROL,
          HeaderNames.ETAG,
          HeaderNames.RETRY_AFTER,
          HeaderNames.WWW_AUTHENTICATE);

  private final MonitorId self;
  private final LeaderClient desk;
  private final Supplier<Optional<URI>> leader;
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .followRedirects(HttpClient.Redirect.NEVER)
          .connectTimeout(CONNECT_MAX)
          .build();

  /**
   * Passes on what this monitor can't answer.
   *
   * @param leader where the leader answers, {@code http://host:port}; empty: nobody else is known
   *     to lead
   */
  Forwarding(MonitorId self, LeaderClient desk, Supplier<Optional<URI>> leader) {
    this.self = self;
    this.desk = desk;
    this.leader = leader;
  }

  /** The handler of a route, for a monitor that may not lead. */
  Handler of(Route route) {
    return (request, response) -> {
      Optional<URI> elsewhere = desk.leads() ? Optional.empty() : leader.get();
      if (elsewhere.isEmpty() || request.headers().contains(FORWARDED)) {
        route.handler().handle(request, response);
      } else {
        send(elsewhere.get(), question(route, elsewhere.get(), request), response);
      }
    };
  }

  private HttpRequest question(Route route, URI leader, ServerRequest request) {
    String path = Targets.path(route.path(), request.path().pathParameters()::get);
    URI target =
        URI.create("%s://%s%s".formatted(leader.getScheme(), leader.getRawAuthority(), path));
    byte[] body = request.content().hasEntity() ? request.content().as(byte[].class) : new byte[0];
    HttpRequest.Builder question =
        HttpRequest.newBuilder(target)
            .timeout(ANSWER_MAX)
            .method(route.method().text(), HttpRequest.BodyPublishers.ofByteArray(body))
            .header(FORWARDED.defaultCase(), self.toString());
    for (HeaderName name : ASKED) {
      request.headers().first(name).ifPresent(value -> question.header(name.defaultCase(), value));
    }
    return question.build();
  }

  private void send(URI leader, HttpRequest question, ServerResponse response) {
    HttpResponse<byte[]> answer = await(leader, question);
    response.status(Status.create(answer.statusCode()));
    for (HeaderName name : ANSWERED) {
      answer
          .headers()
          .firstValue(name.lowerCase())
          .ifPresent(value -> response.header(name, value));
    }
    // A thing that was made stands at the same path here; nobody is led anywhere else.
    answer
        .headers()
        .firstValue(HeaderNames.LOCATION.lowerCase())
        .filter(value -> value.startsWith("/v1/"))
        .ifPresent(value -> response.header(HeaderNames.LOCATION, value));
    response.send(answer.body());
  }

  private HttpResponse<byte[]> await(URI leader, HttpRequest question) {
    CompletableFuture<HttpResponse<byte[]>> asked =
        http.sendAsync(
            question,
            HttpResponse.BodyHandlers.limiting(
                HttpResponse.BodyHandlers.ofByteArray(), ANSWER_BYTES_MAX));
    try {
      // The request's own time-out ends with the head of the answer.
      return asked.get(ANSWER_MAX.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException slow) {
      throw silent(leader, "not within %d s".formatted(ANSWER_MAX.toSeconds()));
    } catch (ExecutionException failed) {
      throw silent(leader, String.valueOf(failed.getCause()));
    } catch (InterruptedException closed) {
      Thread.currentThread().interrupt();
      throw new Refusal(Status.SERVICE_UNAVAILABLE_503, "the monitor is closed");
    } finally {
      asked.cancel(true);
    }
  }

  private static Refusal silent(URI leader, String how) {
    return Refusal.later(
        Status.SERVICE_UNAVAILABLE_503,
        "the leader at %s does not answer (%s); whether it recorded this the journal will tell"
            .formatted(leader, how),
        RETRY_AFTER);
  }

  @Override
  public void close() {
    http.shutdownNow();
  }
}
