package io.sluice.provisioner.elector;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.provisioner.election.Input;
import io.sluice.provisioner.election.Message;
import io.sluice.schemas.codec.Json;
import io.sluice.schemas.id.MonitorId;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The other monitors, over HTTP. Nothing here blocks the caller. */
public final class Peers implements AutoCloseable {
  /** Where messages of an election are received. */
  public static final String MESSAGES = "/election";

  /** Where a connection can be held open. */
  public static final String HELD = "/election/held";

  private static final Logger LOG = LoggerFactory.getLogger(Peers.class);
  private static final int OK = 200;
  private static final int ACCEPTED = 202;

  private final MonitorId self;
  private final SortedMap<MonitorId, URI> urls;
  private final String token;
  private final Duration timeout;
  private final HttpClient http;

  /**
   * The others.
   *
   * @param urls where each answers
   * @param token the bearer token that monitors share
   * @param timeout how long each may take to answer
   */
  public Peers(MonitorId self, Map<MonitorId, URI> urls, String token, Duration timeout) {
    this.self = self;
    this.urls = new TreeMap<>(urls);
    this.token = token;
    this.timeout = timeout;
    this.http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(timeout)
            .build();
  }

  /** A message with its sender, as it stands in a request's body. */
  public record Envelope(MonitorId from, Message message) {
    /**
     * Reads a body.
     *
     * @throws IllegalArgumentException if it has another form
     */
    public static Envelope read(String body) {
      try {
        return Json.mapper().readValue(body, Envelope.class);
      } catch (JsonProcessingException malformed) {
        throw new IllegalArgumentException(
            "it is no message of an election: " + malformed.getOriginalMessage(), malformed);
      }
    }

    private String text() {
      try {
        return Json.mapper().writeValueAsString(this);
      } catch (JsonProcessingException unwritable) {
        throw new IllegalStateException("a message can't be written", unwritable);
      }
    }
  }

  Optional<URI> url(MonitorId peer) {
    return Optional.ofNullable(urls.get(peer));
  }

  /**
   * Sends a message.
   *
   * @param lost called if it did not arrive
   * @return the thread that does it
   */
  Thread send(MonitorId to, Message message, Consumer<Failure> lost) {
    return begin(
        "message-to-" + to,
        () -> {
          HttpRequest request =
              request(to, MESSAGES)
                  .timeout(timeout)
                  .header("Content-Type", "application/json")
                  .POST(HttpRequest.BodyPublishers.ofString(new Envelope(self, message).text()))
                  .build();
          int status = http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
          if (status != ACCEPTED) {
            throw new IOException("answered with " + status);
          }
        },
        lost);
  }

  /** Asks whether a monitor lives and leads. */
  void check(MonitorId peer, Consumer<Input> result) {
    begin(
        "check-of-" + peer,
        () -> {
          HttpRequest request = request(peer, "/alive").timeout(timeout).build();
          HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
          if (answer.statusCode() != OK) {
            throw new IOException("answered with " + answer.statusCode());
          }
          JsonNode body = Json.mapper().readTree(answer.body());
          result.accept(new Input.Answered(peer, body.path("leader").asBoolean()));
        },
        lost -> result.accept(lost.refused() ? new Input.Gone(peer) : new Input.Silent(peer)));
  }

  /**
   * Opens a connection and reads from it until it ends.
   *
   * @throws IOException however it ends, unless the other side says that it ends
   */
  void hold(MonitorId peer) throws IOException, InterruptedException {
    HttpResponse<InputStream> answer =
        http.send(request(peer, HELD).build(), HttpResponse.BodyHandlers.ofInputStream());
    if (answer.statusCode() != OK) {
      throw new IOException("answered with " + answer.statusCode());
    }
    try (InputStream held = answer.body()) {
      held.transferTo(java.io.OutputStream.nullOutputStream());
    }
  }

  private HttpRequest.Builder request(MonitorId peer, String path) {
    URI url = urls.get(peer);
    if (url == null) {
      throw new IllegalArgumentException("monitor %s: expected one of %s".formatted(peer, urls));
    }
    return HttpRequest.newBuilder(url.resolve(path)).header("Authorization", "Bearer " + token);
  }

  @FunctionalInterface
  private interface Exchange {
    void run() throws IOException, InterruptedException;
  }

  /**
   * Why there was no answer.
   *
   * @param refused whether the other host says that nobody listens there
   */
  record Failure(String why, boolean refused) {
    private static Failure of(Throwable cause) {
      return new Failure(cause.toString(), cause instanceof ConnectException);
    }
  }

  // An exchange that ends by anything unforeseen, an Error too, is one without an answer: whoever
  // waits for it must not wait for ever.
  private static Thread begin(String name, Exchange exchange, Consumer<Failure> lost) {
    return Thread.ofVirtual()
        .name(name)
        .start(() -> {
          try {
            exchange.run();
          } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
          } catch (IOException failed) {
            lost.accept(Failure.of(failed));
          } catch (Throwable unforeseen) {
            LOG.error("{} ended by something unforeseen", name, unforeseen);
            lost.accept(Failure.of(unforeseen));
          }
        });
  }

  @Override
  public void close() {
    http.shutdownNow();
  }
}
