package io.sluice.schemas.fleet;

import io.sluice.schemas.canary.Verdict;
import io.sluice.schemas.event.FleetEvent;
import io.sluice.schemas.event.FleetEvent.CanaryJudged;
import io.sluice.schemas.event.FleetEvent.CommandFailed;
import io.sluice.schemas.event.FleetEvent.ServerExited;
import io.sluice.schemas.event.FleetEvent.ServerReady;
import io.sluice.schemas.event.FleetEvent.ServerReported;
import io.sluice.schemas.event.FleetEvent.ServerStarted;
import io.sluice.schemas.event.FleetEvent.TemplateChanged;
import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.policy.CanaryPolicy;
import io.sluice.schemas.policy.ServerTemplate;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * A zone on its way to another template: servers of an earlier one are left, or none of the new one
 * was ready yet.
 *
 * <pre>
 *               another template              one of the new is ready, and none of the old is left
 *   settled ───────────────────────▶ rolling over ──────────────────────────▶ settled
 *                                      │      ▲
 *        one of the new fails early    ▼      │ one of the new is well
 *                                     failing ┘
 *                                      │ {@link #FAILURES_MAX} in a row, or one is judged to be worse
 *                                      │ than the old ones: the old template is set again
 *                                      ▼      none of the new is left
 *                                    returning ──────────────────────────────▶ settled
 * </pre>
 *
 * @param before the template to go back to: the last one that the zone had settled on
 * @param beforeRevision its revision; the zone's own if there is no other way left to go
 * @param failures how many servers of the new one failed in a row before they were ready
 * @param trouble what the last of them met, for people; empty if none failed
 * @param judged what came of watching the first that was ready; empty: nothing yet
 */
public record Rollout(
    ServerTemplate before,
    int beforeRevision,
    int failures,
    Optional<String> trouble,
    Optional<Verdict> judged) {
  /** Keeps of the trouble as much as {@link Server} does. */
  public Rollout {
    trouble = Server.kept(trouble);
  }

  /** One failed start can be the fleet's fault: a host that is out of reach, a full disk. */
  public static final int FAILURES_MAX = 2;

  /**
   * How much longer than its policy says a first server is waited on for its verdict: a leader that
   * is lost meanwhile is replaced within seconds, and judges what it sees then.
   */
  public static final Duration VERDICT_GRACE = Duration.ofSeconds(10);

  /** Whether the new template is worse, or has failed as often as it may: the old one is due. */
  public boolean failed() {
    return isWorse() || failures >= FAILURES_MAX;
  }

  /** Whether the new template was judged to be worse. */
  public boolean isWorse() {
    return judged.filter(verdict -> verdict == Verdict.WORSE).isPresent();
  }

  /**
   * Whether nothing more is replaced at this time, since the zone's canary is watched, or was found
   * to be worse and the template before is not set yet.
   */
  public boolean watches(Zone zone, Instant time) {
    CanaryPolicy policy = zone.policy().canary();
    if (isWorse()) {
      return zone.canary().isPresent();
    }
    return policy.isOn()
        && judged.isEmpty()
        && !failed()
        && zone.canary()
            .filter(it -> time.isBefore(it.since().plus(policy.watch()).plus(VERDICT_GRACE)))
            .isPresent();
  }

  /** What there is when another template is set; empty for a zone's first. */
  static Optional<Rollout> begin(Zone zone, TemplateChanged changed) {
    if (zone.templateRevision() == 0) {
      return Optional.empty();
    }
    Rollout rollout = zone.rollout().orElseGet(() -> settled(zone));
    return Optional.of(
        rollout.before.equals(changed.template())
            ? new Rollout(rollout.before, changed.revision(), 0, Optional.empty(), Optional.empty())
            : rollout.anew());
  }

  /** What there is after the fact, {@code after} being the zone with it. */
  static Optional<Rollout> after(Zone before, Zone after, FleetEvent event) {
    if (after.rollout().isPresent()) {
      return after
          .rollout()
          .map(rollout -> rollout.hearing(before, event))
          .filter(rollout -> rollout.goesOn(after));
    }
    // A start that began under an earlier template may be told of when all the others are new.
    boolean late =
        event instanceof ServerStarted
            && Servers.of(after.servers()).anyBefore(after.templateRevision());
    return late ? Optional.of(settled(after)) : Optional.empty();
  }

  /** The way to where the zone is already: there is nothing to go back to. */
  private static Rollout settled(Zone zone) {
    return new Rollout(
        zone.template(), zone.templateRevision(), 0, Optional.empty(), Optional.empty());
  }

  /** Whether the zone is on its way back to where it came from: there is no other way then. */
  boolean returning(Zone zone) {
    return beforeRevision == zone.templateRevision();
  }

  /** Until no server of an earlier template is left, and one of the new one has been ready. */
  private boolean goesOn(Zone zone) {
    Servers servers = Servers.of(zone.servers());
    boolean proven = returning(zone) || servers.anyReadyFrom(zone.templateRevision());
    return !proven || servers.anyBefore(zone.templateRevision());
  }

  private Rollout hearing(Zone zone, FleetEvent event) {
    if (returning(zone)) {
      return this;
    }
    return switch (event) {
      case ServerReady ready when isProof(zone, ready.server()) -> unharmed();
      case ServerExited exited when early(zone, exited.server()) -> failing(exited.reason());
      case ServerReported dead when early(zone, dead.server()) -> failing(dead.lastError());
      case CommandFailed failed when !old(zone, failed.server()) -> failing(failed.reason());
      case CanaryJudged verdict -> judged(zone, verdict);
      case FleetEvent ignored -> this;
    };
  }

  private Rollout anew() {
    return new Rollout(before, beforeRevision, 0, Optional.empty(), Optional.empty());
  }

  private Rollout unharmed() {
    return new Rollout(before, beforeRevision, 0, Optional.empty(), judged);
  }

  private Rollout failing(String reason) {
    return new Rollout(before, beforeRevision, failures + 1, Optional.of(reason), judged);
  }

  /** What is worse stays so; nothing that fails after it was found to be as good is the first. */
  private Rollout judged(Zone zone, CanaryJudged told) {
    if (isWorse()) {
      return this;
    }
    Optional<String> why = told.evidence().trouble(zone.policy().canary());
    return told.verdict() == Verdict.WORSE
        ? new Rollout(before, beforeRevision, failures, why, Optional.of(told.verdict()))
        : new Rollout(before, beforeRevision, 0, Optional.empty(), Optional.of(told.verdict()));
  }

  /** Whether that a server is ready says that the template is well: one that is watched may not. */
  private boolean isProof(Zone zone, ServerId id) {
    boolean watched = zone.policy().canary().isOn() && judged.isEmpty();
    return !watched && early(zone, id);
  }

  /** Nothing need be known of what could not be started, which is of the new template then. */
  private static boolean old(Zone zone, ServerId id) {
    Server server = zone.servers().get(id);
    return server != null && zone.outdated(server);
  }

  /** Whether it is a server of the new template that has not shown yet that it is well. */
  private boolean early(Zone zone, ServerId id) {
    Server server = zone.servers().get(id);
    return server != null
        && !zone.outdated(server)
        && (server.state() == ServerState.STARTING || isCanary(zone, server));
  }

  private boolean isCanary(Zone zone, Server server) {
    return judged.isEmpty()
        && zone.policy().canary().isOn()
        && zone.canary().filter(server::equals).isPresent();
  }
}
