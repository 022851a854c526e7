package io.sluice.provisioner.plan;

import io.sluice.schemas.canary.CanaryEvidence;
import io.sluice.schemas.canary.Served;
import io.sluice.schemas.canary.Verdict;
import io.sluice.schemas.event.FleetEvent.CanaryJudged;
import io.sluice.schemas.fleet.Rollout;
import io.sluice.schemas.fleet.Server;
import io.sluice.schemas.fleet.Zone;
import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.metric.BalancerMetrics;
import io.sluice.schemas.metric.BalancerMetrics.OfServer;
import io.sluice.schemas.metric.RequestTimes;
import io.sluice.schemas.policy.CanaryPolicy;
import io.sluice.schemas.time.Ticks;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Watches the servers of a new template beside those of the one before, by what balancers count of
 * both, and tells the verdict as a fact.
 *
 * <pre>
 *   its first server is ready ──▶ watched ──▶ its time is over ──▶ as good, unproven, or worse
 *                                    │ ▲
 *       it fails more than by chance ▼ └── counted anew, until no server of the old one is left
 *                                  worse
 * </pre>
 *
 * <p>What fails is told at once; latencies are compared at the end, and only those of the second
 * half: the first requests to a server that has just begun are slow. A zone without requests is
 * waited for no longer than {@link #QUIET}. After the verdict the others that are started are
 * watched in the same way until the zone has rolled over.
 *
 * <p>What was counted is soft state of a term: another leader counts anew.
 */
final class CanaryWatch {
  /** If there was no request for so long, there is none to wait for. */
  static final Duration QUIET = Duration.ofSeconds(5);

  /** So many reports have to say so: they come once a second. */
  private static final int QUIET_REPORTS = 3;

  private static final double P95 = 0.95;

  private final Map<ZoneId, Trial> trials = new HashMap<>();

  /** What was counted of a zone's two templates since a moment. */
  private static final class Trial {
    private final int revision;
    private final Ticks begun;
    private final Count before = new Count();
    private final Count after = new Count();
    private int reports;

    Trial(int revision, Ticks begun) {
      this.revision = revision;
      this.begun = begun;
    }

    CanaryEvidence evidence(Duration watched, boolean withLatencies) {
      return new CanaryEvidence(
          before.served(withLatencies),
          after.served(withLatencies),
          watched.truncatedTo(ChronoUnit.SECONDS));
    }
  }

  /** What was counted of servers of one template. */
  private static final class Count {
    private long requests;
    private long failed;
    private RequestTimes late = RequestTimes.NONE;

    void add(OfServer server, boolean isLate) {
      requests += server.requests();
      failed += Math.min(server.failed(), server.requests());
      if (isLate) {
        late = late.plus(server.times());
      }
    }

    Served served(boolean withLatencies) {
      OptionalDouble p95 =
          withLatencies && late.count() >= CanaryEvidence.REQUESTS_MIN
              ? late.percentileMillis(P95)
              : OptionalDouble.empty();
      return new Served(
          requests, failed, p95.isPresent() ? Optional.of(p95.getAsDouble()) : Optional.empty());
    }
  }

  /** Counts what a balancer reports, if the zone has a canary. */
  void hear(Step step, BalancerMetrics report) {
    Zone zone = step.view().zone(report.zone());
    trial(step, zone)
        .ifPresent(trial -> {
          trial.reports++;
          boolean late =
              step.ticks()
                      .since(trial.begun)
                      .multipliedBy(2)
                      .compareTo(zone.policy().canary().watch())
                  >= 0;
          report
              .servers()
              .forEach((id, counted) ->
                  side(zone, trial, id).ifPresent(count -> count.add(counted, late)));
        });
  }

  private static Optional<Count> side(Zone zone, Trial trial, ServerId id) {
    Server server = zone.servers().get(id);
    return server == null
        ? Optional.empty()
        : Optional.of(zone.outdated(server) ? trial.before : trial.after);
  }

  /** Judges a zone's canary if it is time. */
  void tick(Step step, Zone zone) {
    Optional<Trial> present = trial(step, zone);
    if (present.isEmpty()) {
      trials.remove(zone.id());
      return;
    }
    Trial trial = present.get();
    CanaryPolicy policy = zone.policy().canary();
    Duration watched = step.ticks().since(trial.begun);
    boolean over = watched.compareTo(policy.watch()) >= 0 || isQuiet(zone, trial, watched);
    CanaryEvidence evidence = trial.evidence(watched, over);
    Verdict verdict = evidence.verdict(policy);
    boolean first = zone.rollout().flatMap(Rollout::judged).isEmpty();
    if (verdict == Verdict.WORSE || (over && first)) {
      tell(step, zone, verdict, evidence);
    }
    if (over) {
      trials.remove(zone.id());
    }
  }

  private static boolean isQuiet(Zone zone, Trial trial, Duration watched) {
    boolean told =
        trial.reports >= QUIET_REPORTS || zone.template().works() || zone.balancer().isEmpty();
    return told
        && trial.before.requests + trial.after.requests == 0
        && watched.compareTo(QUIET) >= 0;
  }

  private static void tell(Step step, Zone zone, Verdict verdict, CanaryEvidence evidence) {
    int revision = zone.templateRevision();
    if (step.tell(new CanaryJudged(zone.id(), step.now(), revision, verdict, evidence))) {
      step.draft()
          .info(
              "zone %s, revision %d of the template: %s after %d s (its: %s; the others': %s)"
                  .formatted(
                      zone.id(),
                      revision,
                      verdict,
                      evidence.watched().toSeconds(),
                      evidence.after(),
                      evidence.before()));
    }
  }

  /** What is counted of the zone; empty unless it has a canary to be watched. */
  private Optional<Trial> trial(Step step, Zone zone) {
    boolean watched =
        zone.policy().canary().isOn()
            && !zone.life().retiring()
            && zone.rollout().filter(rollout -> !rollout.failed()).isPresent()
            && zone.canary().isPresent();
    if (!watched || !step.runs(zone.id())) {
      return Optional.empty();
    }
    Trial known = trials.get(zone.id());
    if (known == null || known.revision != zone.templateRevision()) {
      known = new Trial(zone.templateRevision(), step.ticks());
      trials.put(zone.id(), known);
    }
    return Optional.of(known);
  }
}
