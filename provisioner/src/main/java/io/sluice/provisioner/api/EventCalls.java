package io.sluice.provisioner.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.Method;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.sluice.provisioner.leadership.JournalEvents;
import io.sluice.schemas.codec.Json;
import io.sluice.schemas.event.FleetEvent;
import io.sluice.schemas.event.FleetEvent.LoadObserved;
import io.sluice.schemas.id.ZoneId;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The facts as they are recorded, as server-sent events. Each carries as its id where the journal
 * goes on behind it, so that a watcher that comes back misses nothing and sees nothing twice.
 */
final class EventCalls implements AutoCloseable {
  /** Each costs a consumer of the journal. */
  static final int WATCHERS_MAX = 32;

  private static final Logger LOG = LoggerFactory.getLogger(EventCalls.class);
  private static final HeaderName LAST_EVENT_ID = HeaderNames.create("Last-Event-ID");
  private static final Duration POLL = Duration.ofMillis(500);
  private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

  /** Proxies close connections on which nothing happens for a minute. */
  private static final Duration COMMENT_INTERVAL = Duration.ofSeconds(10);

  private static final byte[] COMMENT = ":\n\n".getBytes(UTF_8);

  private final LeaderClient desk;
  private final JournalEvents journal;
  private final Semaphore free = new Semaphore(WATCHERS_MAX);
  private volatile boolean closed;

  EventCalls(LeaderClient desk, JournalEvents journal) {
    this.desk = desk;
    this.journal = journal;
  }

  List<Route> routes() {
    return List.of(Route.here(Method.GET, "/v1/events", this::events));
  }

  /** A fact and its place. */
  private record Line(int partition, long offset, Instant time, FleetEvent event) {}

  /** What a watcher wants to see. */
  private record Wanted(Optional<ZoneId> zone, boolean load) {
    boolean sees(FleetEvent fact) {
      return zone.map(fact.zone()::equals).orElse(true)
          && (load || !(fact instanceof LoadObserved));
    }
  }

  private void events(ServerRequest request, ServerResponse response) {
    Wanted wanted =
        new Wanted(
            request.query().first("zone").asOptional().map(name -> desk.zone(name).id()),
            request.query().first("load").asOptional().map("true"::equals).orElse(true));
    Map<Integer, Long> from = from(request);
    if (!free.tryAcquire()) {
      throw Refusal.later(
          Status.TOO_MANY_REQUESTS_429,
          "%d watchers: expected no more on one monitor".formatted(WATCHERS_MAX),
          RETRY_AFTER);
    }
    try (JournalEvents.Reading reading = journal.open(from)) {
      stream(reading, wanted, response);
    } catch (KafkaException unreadable) {
      if (response.isSent()) {
        LOG.warn("a watcher of the journal is let go: {}", unreadable.toString());
      } else {
        throw Refusal.later(
            Status.SERVICE_UNAVAILABLE_503,
            "the journal can't be read: " + unreadable.getMessage(),
            RETRY_AFTER);
      }
    } finally {
      free.release();
    }
  }

  private Map<Integer, Long> from(ServerRequest request) {
    Optional<String> asked =
        request
            .headers()
            .first(LAST_EVENT_ID)
            .or(() -> request.query().first("lastEventId").asOptional());
    try {
      return asked.map(EventId::read).orElse(Map.of());
    } catch (IllegalArgumentException malformed) {
      throw new Refusal(Status.BAD_REQUEST_400, String.valueOf(malformed.getMessage()));
    }
  }

  private void stream(JournalEvents.Reading reading, Wanted wanted, ServerResponse response) {
    response.header(HeaderNames.CONTENT_TYPE, "text/event-stream");
    response.header(HeaderNames.CACHE_CONTROL, "no-store");
    try (OutputStream out = response.outputStream()) {
      EventId place = new EventId(reading.next());
      // At once, so that a watcher that is cut off before the first fact knows where to go on.
      out.write("id: %s\nevent: begin\ndata: {}\n\n".formatted(place).getBytes(UTF_8));
      out.flush();
      long writtenAt = System.nanoTime();
      while (!closed) {
        boolean written = false;
        for (JournalEvents.Seen seen : reading.poll(POLL)) {
          place = place.after(seen.partition(), seen.entry().offset());
          if (wanted.sees(seen.entry().event())) {
            out.write(text(place, seen).getBytes(UTF_8));
            written = true;
          }
        }
        if (System.nanoTime() - writtenAt >= COMMENT_INTERVAL.toNanos() && !written) {
          out.write(COMMENT);
          written = true;
        }
        if (written) {
          out.flush();
          writtenAt = System.nanoTime();
        }
      }
    } catch (IOException | UncheckedIOException gone) {
      LOG.debug("a watcher of the journal is gone", gone);
    }
  }

  private static String text(EventId place, JournalEvents.Seen seen) {
    try {
      Line line =
          new Line(
              seen.partition(), seen.entry().offset(), seen.entry().time(), seen.entry().event());
      String data = Json.mapper().writeValueAsString(line);
      return "id: %s\nevent: fact\ndata: %s\n\n".formatted(place, data);
    } catch (JsonProcessingException unwritable) {
      throw new IllegalStateException("a fact can't be written", unwritable);
    }
  }

  /** Lets every watcher go. */
  @Override
  public void close() {
    closed = true;
  }
}
