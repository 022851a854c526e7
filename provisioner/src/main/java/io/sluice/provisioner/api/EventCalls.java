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
import io.sluice.schemas.http.WriteDeadline;
import io.sluice.schemas.id.ZoneId;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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

  /** Of them, for operators alone. */
  static final int WATCHERS_KEPT = 8;

  /** Of one caller without the operators' token. */
  static final int WATCHERS_PER_CALLER_MAX = 8;

  /** Longer than a link is gone that will come back, shorter than a place may be kept by nobody. */
  static final Duration WRITE_MAX = Duration.ofSeconds(10);

  private static final Logger LOG = LoggerFactory.getLogger(EventCalls.class);
  private static final HeaderName LAST_EVENT_ID = HeaderNames.create("Last-Event-ID");
  private static final Duration POLL = Duration.ofMillis(500);
  private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

  /** Proxies close connections on which nothing happens for a minute. */
  private static final Duration COMMENT_INTERVAL = Duration.ofSeconds(10);

  private static final String COMMENT = ":\n\n";

  private final LeaderClient desk;
  private final JournalEvents journal;
  private final Places places = new Places(WATCHERS_MAX, WATCHERS_KEPT, WATCHERS_PER_CALLER_MAX);
  private final WriteDeadline deadline;
  private volatile boolean closed;

  /**
   * Calls that watch a journal.
   *
   * @param writeMax how long a watcher may take to read what is written to it, before it is cut off
   */
  EventCalls(LeaderClient desk, JournalEvents journal, Duration writeMax) {
    this.desk = desk;
    this.journal = journal;
    this.deadline = new WriteDeadline(writeMax);
  }

  List<Route> routes() {
    return List.of(
        Route.open(Method.GET, "/v1/events", this::events).with("lastEventId", "zone", "load"));
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
            Request.flag(request, "load").orElse(true));
    Map<Integer, Long> from = from(request);
    Places.Place place =
        places
            .take(Caller.of(request))
            .orElseThrow(() ->
                Refusal.later(
                    Status.TOO_MANY_REQUESTS_429,
                    "too many watchers on this monitor: expected " + places,
                    RETRY_AFTER));
    try (place;
        JournalEvents.Reading reading = journal.open(from)) {
      stream(reading, wanted, Caller.of(request), response);
    } catch (KafkaException unreadable) {
      if (response.isSent()) {
        LOG.warn("a watcher of the journal is let go: {}", unreadable.toString());
      } else {
        throw Refusal.later(
            Status.SERVICE_UNAVAILABLE_503,
            "the journal can't be read: " + unreadable.getMessage(),
            RETRY_AFTER);
      }
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

  private void stream(
      JournalEvents.Reading reading, Wanted wanted, Caller caller, ServerResponse response) {
    response.header(HeaderNames.CONTENT_TYPE, "text/event-stream");
    response.header(HeaderNames.CACHE_CONTROL, "no-store");
    OutputStream out = response.outputStream();
    try {
      EventId place = new EventId(reading.next());
      // At once, so that a watcher that is cut off before the first fact knows where to go on.
      write(out, "id: %s\nevent: begin\ndata: {}\n\n".formatted(place));
      long writtenAt = System.nanoTime();
      while (!closed) {
        boolean written = false;
        for (JournalEvents.Seen seen : reading.poll(POLL)) {
          place = place.after(seen.partition(), seen.entry().offset());
          if (wanted.sees(seen.entry().event())) {
            write(out, text(place, seen, caller));
            written = true;
          }
        }
        if (System.nanoTime() - writtenAt >= COMMENT_INTERVAL.toNanos() && !written) {
          write(out, COMMENT);
          written = true;
        }
        if (written) {
          writtenAt = System.nanoTime();
        }
      }
      deadline.write(out::close);
    } catch (IOException | UncheckedIOException gone) {
      LOG.debug("a watcher of the journal is gone", gone);
    }
  }

  private void write(OutputStream out, String text) throws IOException {
    deadline.write(() -> {
      out.write(text.getBytes(UTF_8));
      out.flush();
    });
  }

  private static String text(EventId place, JournalEvents.Seen seen, Caller caller) {
    try {
      Line line =
          new Line(
              seen.partition(), seen.entry().offset(), seen.entry().time(), seen.entry().event());
      String data = Json.mapper().writeValueAsString(Answers.shown(caller, line));
      return "id: %s\nevent: fact\ndata: %s\n\n".formatted(place, data);
    } catch (JsonProcessingException unwritable) {
      throw new IllegalStateException("a fact can't be written", unwritable);
    }
  }

  /** Lets every watcher go. */
  @Override
  public void close() {
    closed = true;
    deadline.close();
  }
}
