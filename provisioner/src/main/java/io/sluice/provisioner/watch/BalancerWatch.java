package io.sluice.provisioner.watch;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.sluice.provisioner.leadership.LeaderTask;
import io.sluice.provisioner.plan.Input;
import io.sluice.schemas.codec.Json;
import io.sluice.schemas.failure.FailureCause;
import io.sluice.schemas.fleet.Fleet;
import io.sluice.schemas.fleet.Zone;
import io.sluice.schemas.http.WholeAnswer;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.supervision.Loops;
import io.sluice.schemas.supervision.Supervised;
import io.sluice.schemas.time.MonotonicClock;
import io.sluice.schemas.time.Ticks;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checks every zone's balancer as long as a term lasts, lets the leader hear when one comes or
 * goes, and tells each who leads: when the term begins, when it comes back, and from time to time,
 * since it may have restarted between two checks.
 *
 * <p>One that says that it serves another zone is not this zone's: it counts as lost, and its zone
 * is said to be in trouble. It is neither told who leads nor started again, since it is at its
 * place in somebody else's cluster.
 */
public final class BalancerWatch implements LeaderTask {
  /** A row of failed checks of this length means that a balancer is lost. */
  public static final int FAILURES_MAX = 3;

  private static final Logger LOG = LoggerFactory.getLogger(BalancerWatch.class);

  /** How often it is looked which balancers there are. */
  private static final Duration LOOK = Duration.ofMillis(500);

  private static final Duration TELL_AGAIN = Duration.ofSeconds(30);
  private static final Duration ANSWER_MAX = Duration.ofSeconds(2);
  private static final int OK = 200;

  /** Starting a balancer may take a while; beyond, something hangs. */
  private static final Duration TURN_MAX = Duration.ofMinutes(1);

  private final List<BalancerPlace> places;
  private final URI monitor;
  private final String token;
  private final Duration interval;
  private final BalancerStarter starter;
  private final Loops loops;
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
   * @param loops the monitor's
   */
  public BalancerWatch(
      List<BalancerPlace> places,
      URI monitor,
      String token,
      Duration interval,
      BalancerStarter starter,
      Loops loops) {
    this.places = List.copyOf(places);
    this.monitor = monitor;
    this.token = token;
    this.interval = interval;
    this.starter = starter;
    this.loops = loops;
  }

  @Override
  public Ongoing begin(LeaderContext term) {
    Watches watches = new Watches(term);
    watches.follow();
    Supervised following = loops.restarting("balancer-watches", TURN_MAX, watches::goOn);
    return () -> {
      following.close();
      watches.close();
    };
  }

  /**
   * Where the balancers of all zones are that are there: those of the configuration, and where
   * balancers of other zones have told that they answer.
   */
  static List<BalancerPlace> places(List<BalancerPlace> configured, Fleet fleet) {
    List<BalancerPlace> places = new ArrayList<>();
    Set<ZoneId> known = new HashSet<>();
    for (BalancerPlace place : configured) {
      known.add(place.zone());
      if (!fleet.zone(place.zone()).life().retired()) {
        places.add(place);
      }
    }
    for (Zone zone : fleet.zones().values()) {
      if (zone.declared() && zone.life().requested() && !known.contains(zone.id())) {
        zone.balancer()
            .map(found -> new BalancerPlace(zone.id(), found.address(), found.admin()))
            .ifPresent(places::add);
      }
    }
    return places;
  }

  /** The watches of a term, which come and go with zones and their balancers. */
  private final class Watches implements AutoCloseable {
    private final LeaderContext term;
    private final Map<BalancerPlace, Supervised> running = new HashMap<>();
    private boolean closed;

    Watches(LeaderContext term) {
      this.term = term;
    }

    void goOn(Loops.Turns turns) throws InterruptedException {
      while (!Thread.currentThread().isInterrupted()) {
        turns.turned();
        follow();
        Thread.sleep(LOOK);
      }
    }

    synchronized void follow() {
      if (closed) {
        return;
      }
      List<BalancerPlace> wanted = places(places, term.state().view());
      List<BalancerPlace> gone =
          running.keySet().stream().filter(place -> !wanted.contains(place)).toList();
      end(gone.stream().map(running::remove).toList());
      for (BalancerPlace place : wanted) {
        running.computeIfAbsent(
            place,
            fresh -> {
              Watch watch = new Watch(fresh, term);
              return loops.restarting("balancer-watch-" + fresh.zone(), TURN_MAX, watch::goOn);
            });
      }
    }

    @Override
    public synchronized void close() {
      closed = true;
      end(List.copyOf(running.values()));
    }

    /** All at once: one may be busy starting its balancer. */
    private static void end(List<Supervised> watches) {
      try (ExecutorService ends = Executors.newVirtualThreadPerTaskExecutor()) {
        watches.forEach(watch -> ends.execute(watch::close));
      }
    }
  }

  /** What a check showed. */
  private sealed interface Check {
    /** It is there, and this zone's. */
    record Well() implements Check {}

    /** It does not answer, or not well. */
    record Failed(String reason) implements Check {}

    /** Somebody answers there, and is none of this zone's. */
    record Foreign(String reason) implements Check {}

    /** Whom it met. */
    default BalancerHealth.Met met() {
      return switch (this) {
        case Well() -> BalancerHealth.Met.ITS_OWN;
        case Failed(String _) -> BalancerHealth.Met.NOBODY;
        case Foreign(String _) -> BalancerHealth.Met.ANOTHER_ZONES;
      };
    }
  }

  /** The watch over one balancer; if it has to be begun again, it goes on where it was. */
  private final class Watch {
    private final BalancerPlace place;
    private final LeaderContext term;
    private BalancerHealth health = BalancerHealth.BEGIN;
    private Optional<Ticks> toldAt = Optional.empty();

    Watch(BalancerPlace place, LeaderContext term) {
      this.place = place;
      this.term = term;
    }

    void goOn(Loops.Turns turns) throws InterruptedException {
      while (!Thread.currentThread().isInterrupted()) {
        turns.turned();
        Check check = check(place);
        BalancerHealth before = health;
        health = before.after(check.met(), FAILURES_MAX);
        tell(before, check);
        if (check instanceof Check.Failed && health.startsAgain(FAILURES_MAX)) {
          startAgain(place.zone());
        }
        Ticks now = MonotonicClock.SYSTEM.now();
        boolean due = toldAt.filter(at -> now.since(at).compareTo(TELL_AGAIN) < 0).isEmpty();
        if (check instanceof Check.Well && due && tellWhoLeads(place)) {
          toldAt = Optional.of(now);
        }
        Thread.sleep(interval);
      }
    }

    private void tell(BalancerHealth before, Check check) {
      if (health.state() == before.state()) {
        return;
      }
      switch (check) {
        case Check.Well() -> {
          toldAt = Optional.empty();
          term.post(new Input.BalancerAnswers(place.zone(), place.address(), place.admin()));
        }
        case Check.Failed(String reason) ->
            term.post(new Input.BalancerSilent(place.zone(), reason));
        case Check.Foreign(String reason) ->
            term.post(new Input.BalancerForeign(place.zone(), reason));
      }
    }
  }

  private void startAgain(ZoneId zone) {
    try {
      if (starter.start(zone)) {
        LOG.warn("the lost balancer of {} was started again", zone);
      }
    } catch (RuntimeException failed) {
      // Of whatever kind: the watch goes on, and starts it again after a pause.
      LOG.error("the lost balancer of {} can't be started again", zone, failed);
    }
  }

  private Check check(BalancerPlace place) throws InterruptedException {
    try {
      int status = WholeAnswer.status(http, question(place, "/health_check"), ANSWER_MAX);
      return status == OK ? whose(place) : new Check.Failed("its health check answers " + status);
    } catch (IOException failed) {
      return new Check.Failed("its health check can't be asked: " + FailureCause.of(failed));
    }
  }

  /** A balancer of an earlier release does not say whose it is, and is believed. */
  private Check whose(BalancerPlace place) throws InterruptedException {
    try {
      HttpResponse<String> answer = ask(question(place, "/zones"));
      if (answer.statusCode() != OK) {
        return new Check.Well();
      }
      List<String> zones = new ArrayList<>();
      Json.mapper().readTree(answer.body()).forEach(zone -> zones.add(zone.path("zone").asText()));
      return zones.isEmpty() || zones.contains(place.zone().toString())
          ? new Check.Well()
          : new Check.Foreign(
              "%s says that it serves %s, expected %s"
                  .formatted(place.admin(), String.join(", ", zones), place.zone()));
    } catch (JsonProcessingException nonsense) {
      return new Check.Failed(
          "it does not say which zones it serves: " + nonsense.getOriginalMessage());
    } catch (IOException failed) {
      return new Check.Failed(
          "it can't be asked which zones it serves: " + FailureCause.of(failed));
    }
  }

  private static HttpRequest question(BalancerPlace place, String path) {
    return HttpRequest.newBuilder(place.admin().resolve(path)).timeout(ANSWER_MAX).build();
  }

  private HttpResponse<String> ask(HttpRequest question) throws IOException, InterruptedException {
    return WholeAnswer.to(
        http, question, HttpResponse.BodyHandlers.ofString(), WholeAnswer.SMALL, ANSWER_MAX);
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
      int status = WholeAnswer.status(http, order, ANSWER_MAX);
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
