package io.sluice.schemas.http;

import io.sluice.schemas.text.Sentence;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The answer to a question, with its body, in a time. The time-out of a request itself ends with
 * the head of its answer: whoever waits for a body that never ends would wait for ever, and one
 * without an end in size would fill the memory.
 */
public final class WholeAnswer {
  /** More than a page of health or a sentence of JSON; bytes. */
  public static final long SMALL = 1L << 20;

  private WholeAnswer() {}

  /**
   * Asks, and waits for the whole answer.
   *
   * @param body takes the body
   * @param bytesMax the longest body, in bytes
   * @param most how long all of it may take
   * @throws HttpTimeoutException if the answer did not come, or did not end, in time
   * @throws IOException if there is none, or its body is longer
   * @throws InterruptedException if whoever asks was interrupted
   */
  public static <T> HttpResponse<T> to(
      HttpClient http,
      HttpRequest question,
      HttpResponse.BodyHandler<T> body,
      long bytesMax,
      Duration most)
      throws IOException, InterruptedException {
    CompletableFuture<HttpResponse<T>> asked =
        http.sendAsync(question, HttpResponse.BodyHandlers.limiting(body, bytesMax));
    try {
      return asked.get(most.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException slow) {
      HttpTimeoutException late =
          new HttpTimeoutException(
              Sentence.of("no whole answer came within %d ms", most.toMillis()));
      late.initCause(slow);
      throw late;
    } catch (ExecutionException failed) {
      throw failure(failed);
    } finally {
      asked.cancel(true);
    }
  }

  /**
   * Asks for a status, which counts as soon as it is there: of the body no more is taken than comes
   * in time, so that the connection can be used again after one that ends.
   *
   * @param most how long all of it may take
   * @throws IOException if no status came in time
   * @throws InterruptedException if whoever asks was interrupted
   */
  public static int status(HttpClient http, HttpRequest question, Duration most)
      throws IOException, InterruptedException {
    AtomicReference<Optional<Integer>> status = new AtomicReference<>(Optional.empty());
    HttpResponse.BodyHandler<Void> body =
        head -> {
          status.set(Optional.of(head.statusCode()));
          return HttpResponse.BodySubscribers.discarding();
        };
    try {
      return to(http, question, body, SMALL, most).statusCode();
    } catch (IOException unfinished) {
      return status.get().orElseThrow(() -> unfinished);
    }
  }

  private static IOException failure(ExecutionException failed) {
    return switch (failed.getCause()) {
      case IOException cause -> cause;
      case RuntimeException cause -> throw cause;
      case Error cause -> throw cause;
      case null, default -> new IOException(failed);
    };
  }
}
