package io.sluice.provisioner.fleet.docker;

import com.github.dockerjava.api.async.ResultCallback;
import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One stream of answers, from its begin to its end. The library's own callbacks log each end as an
 * error; for a stream that is meant to last, its end is a thing to be dealt with.
 */
final class StreamCallback<T> implements ResultCallback<T> {
  private final Consumer<T> heard;
  private final CompletableFuture<Closeable> begun = new CompletableFuture<>();
  private final CompletableFuture<String> ended = new CompletableFuture<>();

  private volatile @Nullable RuntimeException failure;

  /**
   * An ear that is not listening yet.
   *
   * @param heard called by the stream's thread
   */
  StreamCallback(Consumer<T> heard) {
    this.heard = heard;
  }

  /** Waits until the engine has begun to tell; false if it did not within this time. */
  boolean awaitBegin(Duration patience) throws InterruptedException {
    return done(begun, patience).isPresent() && !ended.isDone();
  }

  /** Waits for the end of the stream; says why it ended, or nothing if it goes on. */
  Optional<String> awaitEnd(Duration patience) throws InterruptedException {
    return done(ended, patience);
  }

  private static <V> Optional<V> done(CompletableFuture<V> future, Duration patience)
      throws InterruptedException {
    try {
      return Optional.of(future.get(patience.toMillis(), TimeUnit.MILLISECONDS));
    } catch (TimeoutException notYet) {
      return Optional.empty();
    } catch (ExecutionException impossible) {
      throw new IllegalStateException("nothing completes these with an error", impossible);
    }
  }

  @Override
  public void onStart(@Nullable Closeable stream) {
    begun.complete(stream == null ? () -> {} : stream);
  }

  @Override
  public void onNext(T item) {
    heard.accept(item);
  }

  /** What made it end, if it was an error. */
  Optional<RuntimeException> failure() {
    return Optional.ofNullable(failure);
  }

  @Override
  public void onError(Throwable failed) {
    failure = failed instanceof RuntimeException known ? known : new IllegalStateException(failed);
    end(Faults.root(failed));
  }

  @Override
  public void onComplete() {
    end("the engine closed the stream");
  }

  private void end(String reason) {
    ended.complete(reason);
    // Whoever waits for the begin must not wait for ever.
    begun.complete(() -> {});
  }

  @Override
  public void close() throws IOException {
    if (begun.isDone()) {
      begun.join().close();
    }
    end("closed");
  }
}
