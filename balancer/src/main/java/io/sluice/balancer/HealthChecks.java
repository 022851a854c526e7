package io.sluice.balancer;

import io.sluice.balancer.pool.PoolInput;
import io.sluice.balancer.pool.Target;
import io.sluice.schemas.failure.FailureCause;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Asks servers how they are: {@code GET /health_check}. Any complete response counts: a server that
 * can say 500 is not dead, its error may pass.
 */
final class HealthChecks {
  private final HttpClient client;
  private final Duration timeout;
  private final Consumer<PoolInput> pools;

  HealthChecks(HttpClient client, Duration timeout, Consumer<PoolInput> pools) {
    this.client = client;
    this.timeout = timeout;
    this.pools = pools;
  }

  /** A client for checks, and for whatever else is asked over HTTP. */
  static HttpClient client(Duration connectTimeout) {
    return HttpClient.newBuilder()
        .version(HttpClient.Version.HTTP_1_1)
        .connectTimeout(connectTimeout)
        .executor(Executors.newVirtualThreadPerTaskExecutor())
        .build();
  }

  /** Starts a check; its result is handed in, whatever it is. */
  void start(Target target, long ticket) {
    URI address = target.address().resolve("/health_check");
    HttpRequest request = HttpRequest.newBuilder(address).timeout(timeout).GET().build();
    var _ =
        client
            .sendAsync(request, HttpResponse.BodyHandlers.discarding())
            .whenComplete((_, failure) ->
                pools.accept(
                    new PoolInput.Checked(
                        target.server(), ticket, text(failure), silent(failure))));
  }

  /** Whether no answer came in time, of which a server that refuses or breaks off is not guilty. */
  private static boolean silent(@Nullable Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    return cause instanceof HttpTimeoutException;
  }

  private static Optional<String> text(@Nullable Throwable failure) {
    return Optional.ofNullable(failure).map(FailureCause::of);
  }
}
