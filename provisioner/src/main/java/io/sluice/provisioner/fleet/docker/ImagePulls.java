package io.sluice.provisioner.fleet.docker;

import io.sluice.provisioner.fleet.FleetException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * Fetches images for one engine, each once at a time: whoever wants one that is being fetched waits
 * for that, and hears the same outcome. A fetch goes on if whoever asked first loses interest.
 */
final class ImagePulls {
  private final Consumer<String> pull;
  private final Duration waitMax;
  private final Map<String, CompletableFuture<Void>> underWay = new ConcurrentHashMap<>();

  /**
   * Nothing is fetched yet.
   *
   * @param pull fetches one; blocks, and fails with a {@link FleetException}
   * @param waitMax how long a fetch is waited for
   */
  ImagePulls(Consumer<String> pull, Duration waitMax) {
    this.pull = pull;
    this.waitMax = waitMax;
  }

  /**
   * Waits until the image is there.
   *
   * @throws FleetException if it can't be fetched
   */
  void pull(String image) {
    try {
      underWay.computeIfAbsent(image, this::begin).get(waitMax.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException failed) {
      throw failed.getCause() instanceof FleetException known
          ? new FleetException(String.valueOf(known.getMessage()), known)
          : new FleetException(
              "image %s could not be pulled: %s".formatted(image, failed.getCause()), failed);
    } catch (TimeoutException late) {
      throw new FleetException(
          "image %s could not be pulled: not done after %d min"
              .formatted(image, waitMax.toMinutes()),
          late);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new FleetException(
          "image %s could not be pulled: interrupted".formatted(image), interrupted);
    }
  }

  private CompletableFuture<Void> begin(String image) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    Thread.ofVirtual()
        .name("pull-" + image)
        .start(() -> {
          try {
            pull.accept(image);
            underWay.remove(image, done);
            done.complete(null);
          } catch (Throwable failed) {
            underWay.remove(image, done);
            done.completeExceptionally(failed);
          }
        });
    return done;
  }
}
