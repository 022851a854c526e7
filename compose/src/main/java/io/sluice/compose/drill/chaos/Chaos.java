package io.sluice.compose.drill.chaos;

import io.sluice.compose.cluster.FreePorts;
import io.sluice.compose.cluster.Ports;
import io.sluice.compose.drill.CutRoutes;
import io.sluice.compose.drill.DrillCluster;
import io.sluice.compose.drill.DrillException;
import io.sluice.compose.drill.chaos.ChaosReport.Requests;
import io.sluice.compose.drill.chaos.ChaosReport.Strike;
import io.sluice.compose.drill.chaos.ChaosReport.Verdict;
import io.sluice.compose.drill.chaos.Fault.Blow;
import io.sluice.compose.drill.chaos.Fault.OfProcess;
import io.sluice.compose.drill.chaos.Fault.Target;
import io.sluice.compose.drill.chaos.GatewayLoad.Failure;
import io.sluice.schemas.id.ZoneId;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Hurts a cluster of real processes by faults of processes, networks and inputs, one after the
 * other, as a seed draws them, under a constant load through the gateway. After each it waits until
 * all is well again; in the end it looks at all that was recorded.
 */
public final class Chaos {
  private static final List<ZoneId> ZONES = List.of(new ZoneId("zone1"), new ZoneId("zone2"));
  private static final int MONITORS = 3;

  /** What is not well after this is not taken to become so. */
  private static final Duration RECOVERY_MAX = Duration.ofMinutes(3);

  /** A zone is observed once a second, and is to be decided on within another one. */
  private static final Duration UNOBSERVED_MAX = Duration.ofSeconds(2);

  /** Whoever can't be asked while a broker is away is not decided on. */
  private static final Duration DEMAND_MAX = Duration.ofSeconds(5);

  private final ChaosConfig config;
  private final DrillCluster cluster;
  private final Consumer<String> progress;
  private final Findings findings;
  private final Trouble.Due due = new Trouble.Due();
  private final List<Strike> strikes = new ArrayList<>();
  private final List<Span> gatewayAway = new ArrayList<>();

  private Chaos(ChaosConfig config, DrillCluster cluster, Consumer<String> progress) {
    this.config = config;
    this.cluster = cluster;
    this.progress = progress;
    this.findings = new Findings(progress);
  }

  /** A time during which something was so. */
  private record Span(Instant from, Instant to) {
    boolean meets(Failure failure) {
      return failure.asked().isBefore(to) && failure.ended().isAfter(from);
    }
  }

  /**
   * Runs on a cluster of its own, of which no process is left afterwards.
   *
   * @param directory for the cluster's files and logs
   * @param progress hears in a line what is done
   * @throws IOException if ports can't be had
   */
  public static ChaosReport run(ChaosConfig config, Path directory, Consumer<String> progress)
      throws IOException {
    Ports ports = FreePorts.find();
    progress.accept("cluster starts, seed %d".formatted(config.seed()));
    DrillCluster.Parts parts =
        new DrillCluster.Parts(config.brokers(), MONITORS, ZONES, true, true);
    try (CutRoutes routes = new CutRoutes(ports, MONITORS, config.brokers());
        DrillCluster cluster =
            DrillCluster.start(new DrillCluster.Shape(directory, ports, routes, parts))) {
      return new Chaos(config, cluster, progress).run(routes);
    }
  }

  private ChaosReport run(CutRoutes routes) {
    try (Chronicle chronicle = new Chronicle(cluster.bootstrap());
        Copies copies = new Copies(cluster.bootstrap());
        BadInputs inputs = new BadInputs(cluster, findings, due)) {
      Watch watch = new Watch(cluster, findings);
      Recovery recovery =
          new Recovery(cluster, new Recovery.Signs(chronicle, copies), watch, findings, due);
      Striker striker = new Striker(cluster, routes, chronicle, watch, inputs);
      if (!recovery.await(Instant.now(), RECOVERY_MAX)) {
        throw new DrillException("the cluster was not well before anything was done to it");
      }
      rehearse(striker, recovery, chronicle);
      GatewayLoad load = new GatewayLoad(cluster.gateway().resolve("/id"));
      try (load) {
        strikeOnAndOn(striker, recovery, chronicle, load);
      }
      watch.look();
      watch.look(chronicle);
      return report(chronicle, load.answered(), load.failures());
    }
  }

  private void strikeOnAndOn(
      Striker striker, Recovery recovery, Chronicle chronicle, GatewayLoad load) {
    Deck deck = new Deck(config.seed(), config.brokers(), config.only());
    long end = System.nanoTime() + config.length().toNanos();
    boolean well = true;
    while (well && System.nanoTime() < end && strikes.size() < config.faultsMax()) {
      Fault fault = deck.next();
      progress.accept(
          "%3d  %s, %d s left"
              .formatted(
                  strikes.size() + 1,
                  fault.kind(),
                  Duration.ofNanos(end - System.nanoTime()).toSeconds()));
      int failedBefore = load.failures().size();
      Instant at = Instant.now();
      String hit = striker.strike(fault, () -> recovery.demand(DEMAND_MAX));
      Instant undone = Instant.now();
      well = recovery.await(undone, RECOVERY_MAX);
      Instant wellAt = Instant.now();
      if (fault instanceof OfProcess process && process.target() == Target.GATEWAY) {
        gatewayAway.add(new Span(at, wellAt));
      }
      strikes.add(
          new Strike(
              strikes.size() + 1,
              at,
              fault.kind(),
              hit,
              Duration.between(at, undone),
              Duration.between(at, wellAt),
              chronicle.longestUnobserved(ZONES, at, wellAt),
              load.failures().size() - failedBefore,
              well));
      if (lostOneOfSeveral(fault)) {
        judgeLoss(hit, chronicle, at, undone);
      }
    }
  }

  /**
   * Loses each of several brokers and controllers once before it counts: on processors that all of
   * them share, code that runs for the first time takes longer than their sessions.
   */
  private void rehearse(Striker striker, Recovery recovery, Chronicle chronicle) {
    for (Target target : List.of(Target.CONTROLLER, Target.BROKER)) {
      for (int which = 0; config.brokers() > 1 && which < config.brokers(); which++) {
        rehearse(
            new OfProcess(target, Blow.KILL, which, Duration.ZERO), striker, recovery, chronicle);
      }
    }
  }

  private void rehearse(OfProcess loss, Striker striker, Recovery recovery, Chronicle chronicle) {
    Instant at = Instant.now();
    String lost = striker.strike(loss, () -> recovery.demand(DEMAND_MAX));
    Instant undone = Instant.now();
    if (!recovery.await(undone, RECOVERY_MAX)) {
      throw new DrillException("the cluster was not well again after the rehearsal");
    }
    tellLoss("rehearsal: " + lost, chronicle, at, undone);
  }

  private void tellLoss(String lost, Chronicle chronicle, Instant from, Instant to) {
    progress.accept(
        "     %s was lost: a zone was not observed for %d ms at most, and a command came %d ms after its cause"
            .formatted(
                lost,
                chronicle.longestUnobserved(ZONES, from, to).toMillis(),
                chronicle.longestDecision(from, to).toMillis()));
  }

  private boolean lostOneOfSeveral(Fault fault) {
    return config.brokers() > 1
        && fault instanceof OfProcess process
        && (process.target() == Target.BROKER || process.target() == Target.CONTROLLER)
        && process.blow() != Blow.PAUSE;
  }

  /**
   * One of several brokers or controllers may be lost without anybody's notice. What its return
   * costs is another matter: it starts on the processors that all the others run on.
   */
  private void judgeLoss(String lost, Chronicle chronicle, Instant from, Instant to) {
    Duration unobserved = chronicle.longestUnobserved(ZONES, from, to);
    Duration decision = chronicle.longestDecision(from, to);
    tellLoss(lost, chronicle, from, to);
    List<ZoneId> undecided =
        ZONES.stream().filter(zone -> !chronicle.decided(zone, from, to)).toList();
    if (!undecided.isEmpty()) {
      findings.add(
          Invariant.BROKER_LOST,
          "%s: nothing was decided on %s, which was asked for another number of servers"
              .formatted(lost, undecided));
    }
    if (unobserved.compareTo(UNOBSERVED_MAX) > 0) {
      findings.add(
          Invariant.BROKER_LOST,
          "%s: a zone was not observed for %d ms, expected %d ms at most"
              .formatted(lost, unobserved.toMillis(), UNOBSERVED_MAX.toMillis()));
    }
    if (decision.compareTo(Duration.ofSeconds(1)) > 0) {
      findings.add(
          Invariant.BROKER_LOST,
          "%s: a command came %d ms after its cause".formatted(lost, decision.toMillis()));
    }
  }

  private ChaosReport report(Chronicle chronicle, long answered, List<Failure> failures) {
    Records.judge(chronicle, due.ever(), findings);
    String audit = Records.audit(cluster.bootstrap(), due.ever(), findings);
    List<Failure> unexcused =
        failures.stream()
            .filter(failure -> gatewayAway.stream().noneMatch(away -> away.meets(failure)))
            .toList();
    unexcused.forEach(failure ->
        findings.add(
            Invariant.ANSWERED,
            "asked at %s, at %s: %s".formatted(failure.asked(), failure.ended(), failure.what())));
    List<Verdict> verdicts =
        Stream.of(Invariant.values())
            .filter(invariant -> config.brokers() > 1 || invariant != Invariant.BROKER_LOST)
            .map(invariant -> new Verdict(invariant, findings.of(invariant)))
            .toList();
    return new ChaosReport(
        config.seed(),
        config.brokers(),
        strikes,
        verdicts,
        new Requests(answered, failures.size(), failures.size() - unexcused.size()),
        audit);
  }
}
