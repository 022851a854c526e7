package io.sluice.provisioner.plan;

import io.sluice.provisioner.fleet.Exit;
import io.sluice.schemas.event.FleetEvent;
import io.sluice.schemas.event.FleetEvent.BalancerLost;
import io.sluice.schemas.event.FleetEvent.BalancerStarted;
import io.sluice.schemas.event.FleetEvent.CommandFailed;
import io.sluice.schemas.event.FleetEvent.ConditionCleared;
import io.sluice.schemas.event.FleetEvent.ConditionRaised;
import io.sluice.schemas.event.FleetEvent.LeaderElected;
import io.sluice.schemas.event.FleetEvent.LoadObserved;
import io.sluice.schemas.event.FleetEvent.ManualScaleRequested;
import io.sluice.schemas.event.FleetEvent.PolicyChanged;
import io.sluice.schemas.event.FleetEvent.RequestsWaiting;
import io.sluice.schemas.event.FleetEvent.ScalingPaused;
import io.sluice.schemas.event.FleetEvent.ScalingResumed;
import io.sluice.schemas.event.FleetEvent.ServerDrained;
import io.sluice.schemas.event.FleetEvent.ServerDraining;
import io.sluice.schemas.event.FleetEvent.ServerExited;
import io.sluice.schemas.event.FleetEvent.ServerReady;
import io.sluice.schemas.event.FleetEvent.ServerReported;
import io.sluice.schemas.event.FleetEvent.ServerStarted;
import io.sluice.schemas.event.FleetEvent.ServerStopped;
import io.sluice.schemas.event.FleetEvent.TemplateChanged;
import io.sluice.schemas.event.FleetEvent.ZoneDeclared;
import io.sluice.schemas.fleet.Balancer;
import io.sluice.schemas.fleet.Fleet;
import io.sluice.schemas.id.ServerId;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The leader's mind for one term: what it knows, and what follows from what it hears. Deterministic
 * and used by one thread.
 *
 * <p>Its user hands inputs to {@link #step}, records the outcome's facts and progress in one
 * transaction, says where they stand with {@link #recorded}, and only then performs the effects. If
 * recording fails, the term is over and this object with it.
 */
public final class ProvisionerState {
  private final TermSettings terms;
  private final OptimisticView chronicle;
  private final CommandOffsets book;
  private final ServerLifecycle care = new ServerLifecycle();
  private final CommandExecutor desk;
  private final FleetReconciler lookout;

  /**
   * Begins a term.
   *
   * @param terms what holds for it
   * @param chronicle what recovery read
   * @param book how far the commands are recorded
   */
  public ProvisionerState(TermSettings terms, OptimisticView chronicle, CommandOffsets book) {
    this.terms = terms;
    this.chronicle = chronicle;
    this.book = book;
    this.desk = new CommandExecutor(book, care);
    this.lookout = new FleetReconciler(desk, care);
  }

  /** What follows from the inputs, taken in order. */
  public Outcome step(List<Input> inputs, Instant now) {
    Step step = new Step(chronicle, terms, now, new Outcome.Draft());
    inputs.forEach(input -> take(step, input));
    return step.draft().done(book.takeChanged());
  }

  /** The outcome that begins the term. */
  public Outcome inaugurate(TermStart inauguration, Instant now) {
    Step step = new Step(chronicle, terms, now, new Outcome.Draft());
    inauguration.facts().forEach(step::tell);
    return step.draft().done(book.takeChanged());
  }

  /**
   * Takes note that an outcome was recorded.
   *
   * @param places where its facts stand in the journal, in their order
   */
  public void recorded(List<Place> places) {
    chronicle.recorded(places);
  }

  /** The fleet by the journal's records that were read. */
  public Fleet fleet() {
    return chronicle.fleet();
  }

  /** The fleet by the journal and by facts recorded but not read back yet. */
  public Fleet view() {
    return chronicle.view();
  }

  /** How far the commands of every partition are recorded. */
  public Map<Integer, Progress> progress() {
    return book.progress();
  }

  /** Partitions of which no more commands may be handed in for now. */
  public Set<Integer> fullPartitions() {
    return book.full();
  }

  private void take(Step step, Input input) {
    switch (input) {
      case Input.FactRead(var partition, var entry) -> {
        chronicle.read(partition, entry);
        subject(entry.event()).ifPresent(server -> care.attend(step, server));
      }
      case Input.CommandRead(var place, var command) -> desk.read(step, place, command);
      case Input.CommandSkipped(var place) -> desk.skipped(place);
      case Input.ServerUp(var server, var started) -> desk.up(step, server, started);
      case Input.StartFailed(var server, var reason) -> desk.failed(step, server, reason);
      case Input.Answered(var server) -> care.answered(step, server);
      case Input.Unanswered(var server, var last) -> care.unanswered(step, server, last);
      case Input.Stopped(var server) -> {
        care.stopped(step, server);
        desk.takeUp(step);
      }
      case Input.StopFailed(var server, var reason) -> care.stopFailed(step, server, reason);
      case Input.Exited(var exit) -> exited(step, exit);
      case Input.Listed listed -> lookout.listed(step, listed);
      case Input.ListFailed(var reason) -> lookout.failed(step, reason);
      case Input.Reported reported -> reported(step, reported);
      case Input.Requested(var change) -> step.draft().ruling(ChangeHandler.rule(step, change));
      case Input.BalancerAnswers answers -> balancerAnswers(step, answers);
      case Input.BalancerSilent silent -> balancerSilent(step, silent);
      case Input.Tick ignored -> {
        care.tick(step, !book.anyOpen());
        lookout.tick(step);
        Rollbacks.tick(step);
      }
    }
  }

  private void exited(Step step, Exit exit) {
    if (!desk.exited(exit)) {
      care.exited(step, exit);
    }
    lookout.soon(step.now(), TermSettings.LOOK_AFTER_EXIT);
  }

  private void reported(Step step, Input.Reported reported) {
    ServerId server = reported.server();
    step.tell(new ServerReported(server.zone(), step.now(), server, reported.lastError()));
    care.attend(step, server);
  }

  private static void balancerSilent(Step step, Input.BalancerSilent silent) {
    boolean alive =
        step.view()
            .zone(silent.zone())
            .balancer()
            .filter(balancer -> balancer.state() == Balancer.State.ALIVE)
            .isPresent();
    if (alive && step.tell(new BalancerLost(silent.zone(), step.now(), silent.reason()))) {
      step.draft().warn("balancer of %s is lost: %s".formatted(silent.zone(), silent.reason()));
    }
  }

  private static void balancerAnswers(Step step, Input.BalancerAnswers answers) {
    Balancer seen = new Balancer(answers.address(), answers.admin(), Balancer.State.ALIVE);
    boolean known = step.view().zone(answers.zone()).balancer().equals(Optional.of(seen));
    if (!known) {
      step.tell(
          new BalancerStarted(answers.zone(), step.now(), answers.address(), answers.admin()));
      step.draft()
          .info("balancer of %s answers at %s".formatted(answers.zone(), answers.address()));
    }
  }

  /** The server that the fact is about. */
  private static Optional<ServerId> subject(FleetEvent fact) {
    return switch (fact) {
      case ServerStarted started -> Optional.of(started.server());
      case ServerReady ready -> Optional.of(ready.server());
      case ServerReported reported -> Optional.of(reported.server());
      case ServerExited exited -> Optional.of(exited.server());
      case ServerDraining draining -> Optional.of(draining.server());
      case ServerDrained drained -> Optional.of(drained.server());
      case ServerStopped stopped -> Optional.of(stopped.server());
      case CommandFailed ignored -> Optional.empty();
      case ZoneDeclared ignored -> Optional.empty();
      case PolicyChanged ignored -> Optional.empty();
      case TemplateChanged ignored -> Optional.empty();
      case LoadObserved ignored -> Optional.empty();
      case ManualScaleRequested ignored -> Optional.empty();
      case ScalingPaused ignored -> Optional.empty();
      case ScalingResumed ignored -> Optional.empty();
      case BalancerStarted ignored -> Optional.empty();
      case BalancerLost ignored -> Optional.empty();
      case RequestsWaiting ignored -> Optional.empty();
      case ConditionRaised ignored -> Optional.empty();
      case ConditionCleared ignored -> Optional.empty();
      case LeaderElected ignored -> Optional.empty();
    };
  }
}
