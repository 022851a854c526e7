package io.sluice.provisioner.watch;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.sluice.provisioner.fleet.FleetException;
import io.sluice.provisioner.leadership.LeaderTask;
import io.sluice.provisioner.plan.Input;
import io.sluice.schemas.event.FailureCause;
import io.sluice.schemas.id.ZoneId;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checks every zone's balancer as long as a term lasts, lets the leader hear when one comes or
 * goes, and tells each who leads: when the term begins, when it comes back, and from time to time,
 * since it may have restarted between two checks.
 */
public final class BalancerWatch implements LeaderTask {
  /** A row of failed checks of this length means that a balancer is lost. */
  public static final int FAILURES_MAX = 3;

  private static final Logger LOG = LoggerFactory.getLogger(BalancerWatch.class);
  private static final Duration TELL_AGAIN = Duration.ofSeconds(30);
  private static final Duration ANSWER_MAX = Duration.ofSeconds(2);
  private static final int OK = 200;

  private final List<BalancerPlace> places;
  private final URI monitor;
  private final String token;
  private final Duration interval;
  private final BalancerStarter starter;
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(ANSWER_MAX)
          .build();

  /**
   * A watch over these balancers.
   *
   * @param monitor where this monitor answers
   * @param token the bearer token that the balancers expect
   * @param interval the time between two checks
   * @param starter starts a balancer that is lost
   */
  public BalancerWatch(
      List<BalancerPlace> places,
      URI monitor,
      String token,
      Duration interval,
      BalancerStarter starter) {
    this.places = List.copyOf(places);
    this.monitor = monitor;
    this.token = token;
    this.interval = interval;
    this.starter = starter;
  }

  @Override
  public Ongoing begin(LeaderContext term) {
    List<Thread> threads =
        places.stream()
            .map(place ->
                Thread.ofVirtual()
                    .name("balancer-watch-" + place.zone())
                    .start(() -> watch(place, term)))
            .toList();
    return () -> threads.forEach(Thread::interrupt);
  }

  private void watch(BalancerPlace place, LeaderContext term) {
    BalancerHealth vigil = BalancerHealth.BEGIN;
    long toldAt = System.nanoTime() - TELL_AGAIN.toNanos();
    try {
      while (!Thread.currentThread().isInterrupted()) {
        Optional<String> failure = check(place);
        BalancerHealth next = vigil.after(failure, FAILURES_MAX);
        if (next.entered(BalancerHealth.State.ALIVE, vigil)) {
          toldAt = System.nanoTime() - TELL_AGAIN.toNanos();
          term.post(new Input.BalancerAnswers(place.zone(), place.address(), place.admin()));
        }
        if (next.entered(BalancerHealth.State.LOST, vigil)) {
          term.post(new Input.BalancerSilent(place.zone(), failure.orElse("no answer")));
        }
        if (failure.isPresent() && next.startsAgain(FAILURES_MAX)) {
          startAgain(place.zone());
        }
        boolean due = System.nanoTime() - toldAt >= TELL_AGAIN.toNanos();
        if (failure.isEmpty() && due && tellWhoLeads(place)) {
          toldAt = System.nanoTime();
        }
        vigil = next;
        Thread.sleep(interval);
      }
    } catch (InterruptedException termIsOver) {
      Thread.currentThread().interrupt();
    }
  }

  private void startAgain(ZoneId zone) {
    try {
      if (starter.start(zone)) {
        LOG.warn("the lost balancer of {} was started again", zone);
      }
    } catch (FleetException failed) {
      LOG.error("the lost balancer of {} can't be started again", zone, failed);
    }
  }

  private Optional<String> check(BalancerPlace place) throws InterruptedException {
    HttpRequest question =
        HttpRequest.newBuilder(place.admin().resolve("/health_check")).timeout(ANSWER_MAX).build();
    try {
      int status = http.send(question, HttpResponse.BodyHandlers.discarding()).statusCode();
      return status == OK ? Optional.empty() : Optional.of("its health check answers " + status);
    } catch (IOException failed) {
      return Optional.of("its health check can't be asked: " + FailureCause.of(failed));
    }
  }

  /** Whether the balancer took it. */
  private boolean tellWhoLeads(BalancerPlace place) throws InterruptedException {
    String body = JsonNodeFactory.instance.objectNode().put("url", monitor.toString()).toString();
    HttpRequest order =
        HttpRequest.newBuilder(place.admin().resolve("/monitor"))
            .timeout(ANSWER_MAX)
            .header("Authorization", "Bearer " + token)
            .header("Content-Type", "application/json")
            .PUT(HttpRequest.BodyPublishers.ofString(body))
            .build();
    try {
      int status = http.send(order, HttpResponse.BodyHandlers.discarding()).statusCode();
      boolean taken = status / 100 == OK / 100;
      if (!taken) {
        LOG.warn("balancer of {} does not take the leader's address: {}", place.zone(), status);
      }
      return taken;
    } catch (IOException failed) {
      LOG.warn("balancer of {} can't be told who leads: {}", place.zone(), failed.toString());
      return false;
    }
  }
}
