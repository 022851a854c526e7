package io.sluice.app.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.sluice.app.live.Feed;
import io.sluice.app.live.Feed.News;
import io.sluice.schemas.http.WriteDeadline;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code GET /events}: the samples as server-sent events. The first event, {@code samples}, brings
 * the last minute as a list; each further one brings what is new, in the same form. {@code end}
 * says that the server stops. A reader that takes nothing for {@link #WRITE_MAX} loses its place.
 */
final class EventStream {
  static final String PATH = "/events";

  /** Most streams at once; a browser holds one for each open page. */
  static final int STREAMS_MAX = 100;

  /** How long one write may take: far longer than a page that still reads needs. */
  static final Duration WRITE_MAX = Duration.ofSeconds(5);

  private static final Logger LOG = LoggerFactory.getLogger(EventStream.class);
  private static final Duration SILENCE_MAX = Duration.ofSeconds(5);
  private static final int RETRY_MS = 1_000;

  private final Answers answers;
  private final Feed feed;
  private final Semaphore places = new Semaphore(STREAMS_MAX);
  private final WriteDeadline deadline = new WriteDeadline(WRITE_MAX);

  EventStream(Answers answers, Feed feed) {
    this.answers = answers;
    this.feed = feed;
  }

  void answer(ServerRequest request, ServerResponse response) {
    if (!places.tryAcquire()) {
      answers.problem(
          request,
          response,
          Status.SERVICE_UNAVAILABLE_503,
          "%d event streams are open: expected fewer".formatted(STREAMS_MAX));
      return;
    }
    try {
      stream(response);
    } finally {
      places.release();
    }
  }

  private void stream(ServerResponse response) {
    response.header(HeaderNames.CONTENT_TYPE, "text/event-stream");
    response.header(Answers.NO_STORE);
    // For proxies such as nginx, which would otherwise collect events before they pass them on.
    response.header(HeaderNames.create("X-Accel-Buffering"), "no");
    Feed.Watch watch = feed.watch();
    try (OutputStream out = response.outputStream()) {
      write(out, "retry: " + RETRY_MS + "\n\n");
      boolean open = true;
      while (open) {
        open =
            switch (watch.next(SILENCE_MAX)) {
              case News.Samples(var samples) when samples.isEmpty() -> write(out, ":\n\n");
              case News.Samples(var samples) ->
                  write(out, event("samples", new String(Answers.encoded(samples), UTF_8)));
              case News.End() -> !write(out, event("end", "{}"));
            };
      }
    } catch (IOException | UncheckedIOException left) {
      // How nearly every stream ends: the page was closed or went on to another server.
      LOG.debug("event stream closed by its reader: {}", left.getMessage());
    } catch (InterruptedException ended) {
      Thread.currentThread().interrupt();
    }
  }

  private static String event(String name, String data) {
    return "event: " + name + "\ndata: " + data + "\n\n";
  }

  private boolean write(OutputStream out, String text) throws IOException {
    deadline.write(() -> {
      out.write(text.getBytes(UTF_8));
      out.flush();
    });
    return true;
  }
}
