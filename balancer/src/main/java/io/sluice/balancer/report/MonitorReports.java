package io.sluice.balancer.report;

import io.sluice.schemas.codec.Json;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the primary monitor which servers are dead: {@code PUT /report}. A report that fails is not
 * repeated here, since the next one is due in seconds.
 */
public final class MonitorReports implements AutoCloseable {
  private static final Duration TIMEOUT = Duration.ofSeconds(5);
  private static final Logger LOG = LoggerFactory.getLogger(MonitorReports.class);

  private final HttpClient client;
  private volatile Optional<String> token;

  /**
   * Reports.
   *
   * @param token proves to the monitor that a balancer speaks
   */
  public MonitorReports(Optional<String> token) {
    this.token = token;
    // Real threads: one that waits for a name server would hold others up if it were virtual.
    this.client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(TIMEOUT)
            .executor(
                Executors.newCachedThreadPool(
                    Thread.ofPlatform().daemon().name("balancer-reports-", 0).factory()))
            .build();
  }

  /** From now on this proves it. */
  public void become(Optional<String> next) {
    token = next;
  }

  private record Report(List<URI> dead) {}

  /** Sends a report, without waiting for what comes of it. */
  public void send(URI monitor, List<URI> dead) {
    String json = Json.mapper().valueToTree(new Report(dead)).toString();
    HttpRequest.Builder request =
        HttpRequest.newBuilder(monitor.resolve("/report"))
            .timeout(TIMEOUT)
            .header("Content-Type", "application/json")
            .PUT(HttpRequest.BodyPublishers.ofString(json));
    token.ifPresent(secret -> request.header("Authorization", "Bearer " + secret));
    CompletableFuture<HttpResponse<Void>> asked =
        client.sendAsync(request.build(), HttpResponse.BodyHandlers.discarding());
    // The request's own time-out ends with the head of the answer.
    CompletableFuture.delayedExecutor(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
        .execute(() -> asked.cancel(true));
    var _ =
        asked.whenComplete((response, failure) -> {
          if (failure != null) {
            LOG.warn("report to monitor {} failed: {}", monitor, failure.toString());
          } else if (response.statusCode() >= 300) {
            LOG.warn("report to monitor {}: {}", monitor, response.statusCode());
          }
        });
  }

  @Override
  public void close() {
    client.shutdownNow();
  }
}
