package io.sluice.app.http;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.sluice.app.process.Burner;
import io.sluice.app.process.Burner.Burnt;
import io.sluice.schemas.id.ServerId;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;

/** {@code GET /work?ms=N}: answers after it has used N milliseconds of processor time. */
final class WorkCall {
  static final String PATH = "/work";
  private static final double NANOS_PER_MS = 1e6;
  private static final String RETRY_AFTER_SECONDS = "1";
  private static final int DIGITS_MAX = 9;

  private final Answers answers;
  private final Burner burner;
  private final long msMax;

  /**
   * What was done.
   *
   * @param server the server that did it
   * @param ms the processor time asked for, in milliseconds
   * @param cpuMs the processor time used, in milliseconds
   * @param wallMs the time it took, waiting included, in milliseconds
   */
  private record Done(
      ServerId server,
      long ms,
      @JsonProperty("cpu_ms") double cpuMs,
      @JsonProperty("wall_ms") double wallMs) {}

  WorkCall(Answers answers, Burner burner, Duration max) {
    this.answers = answers;
    this.burner = burner;
    this.msMax = max.toMillis();
  }

  void answer(ServerRequest request, ServerResponse response) {
    String text = request.query().first("ms").orElse("");
    OptionalLong ms = number(text);
    if (ms.isEmpty() || ms.getAsLong() < 1 || ms.getAsLong() > msMax) {
      answers.problem(
          request,
          response,
          Status.BAD_REQUEST_400,
          "ms '%s': expected an integer from 1 to %d, as in /work?ms=50"
              .formatted(text.length() <= 40 ? text : text.substring(0, 40) + "…", msMax));
      return;
    }
    work(request, response, Duration.ofMillis(ms.getAsLong()));
  }

  private void work(ServerRequest request, ServerResponse response, Duration wanted) {
    long begin = System.nanoTime();
    Optional<Future<Burnt>> burning = burner.burn(wanted);
    if (burning.isEmpty()) {
      unavailable(request, response, "too much work waits already");
      return;
    }
    Optional<Burnt> burnt =
        await(burning.get()).filter(result -> result.cpuNanos() >= wanted.toNanos());
    if (burnt.isEmpty()) {
      unavailable(request, response, "the server ended before the work was done");
      return;
    }
    double wallMs = (System.nanoTime() - begin) / NANOS_PER_MS;
    double cpuMs = burnt.get().cpuNanos() / NANOS_PER_MS;
    answers.json(request, response, new Done(answers.server(), wanted.toMillis(), cpuMs, wallMs));
  }

  private void unavailable(ServerRequest request, ServerResponse response, String detail) {
    response.header(HeaderNames.RETRY_AFTER, RETRY_AFTER_SECONDS);
    answers.problem(request, response, Status.SERVICE_UNAVAILABLE_503, detail);
  }

  /** The result; empty if it was cancelled or this thread interrupted, as at a forced end. */
  private static Optional<Burnt> await(Future<Burnt> burning) {
    try {
      return Optional.of(burning.get());
    } catch (CancellationException cancelled) {
      return Optional.empty();
    } catch (InterruptedException ended) {
      burning.cancel(true);
      Thread.currentThread().interrupt();
      return Optional.empty();
    } catch (ExecutionException broken) {
      throw new IllegalStateException("work failed", broken);
    }
  }

  private static OptionalLong number(String text) {
    boolean digits =
        !text.isEmpty()
            && text.length() <= DIGITS_MAX
            && text.chars().allMatch(c -> c >= '0' && c <= '9');
    return digits ? OptionalLong.of(Long.parseLong(text)) : OptionalLong.empty();
  }
}
