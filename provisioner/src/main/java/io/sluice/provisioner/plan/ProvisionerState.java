package io.sluice.provisioner.plan;

import io.sluice.provisioner.fleet.Exit;
import io.sluice.schemas.event.ConditionKind;
import io.sluice.schemas.event.FleetEvent;
import io.sluice.schemas.event.FleetEvent.BalancerLost;
import io.sluice.schemas.event.FleetEvent.BalancerStarted;
import io.sluice.schemas.event.FleetEvent.CanaryJudged;
import io.sluice.schemas.event.FleetEvent.CommandFailed;
import io.sluice.schemas.event.FleetEvent.ConditionCleared;
import io.sluice.schemas.event.FleetEvent.ConditionRaised;
import io.sluice.schemas.event.FleetEvent.LeaderElected;
import io.sluice.schemas.event.FleetEvent.LoadObserved;
import io.sluice.schemas.event.FleetEvent.LoadReported;
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
import io.sluice.schemas.event.FleetEvent.ZoneRetired;
import io.sluice.schemas.event.FleetEvent.ZoneRetiring;
import io.sluice.schemas.event.JournalRecord;
import io.sluice.schemas.fleet.Balancer;
import io.sluice.schemas.fleet.Fleet;
import io.sluice.schemas.fleet.Zone;
import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.metric.BalancerMetrics;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What the leader of one term knows, and what follows from what it hears. Deterministic and used by
 * one thread.
 *
 * <p>Its user hands inputs to {@link #step}, records the outcome's facts and offsets in one
 * transaction, says where they stand with {@link #recorded}, and only then performs the effects. If
 * recording fails, the term is over and this object with it.
 *
 * <p>Each input is taken by itself, and no input that can be recorded makes a step throw: what
 * can't be worked in is its owner's trouble. A command fails for its servers, a fact or news of a
 * server is told as a condition of its zone, a request gets its answer; all others go on.
 */
public final class ProvisionerState {
  private final TermSettings terms;
  private final OptimisticView journal;
  private final SecretShelf shelf;
  private final CommandOffsets offsets;
  private final ServerLifecycle servers;
  private final CommandExecutor commands;
  private final FleetReconciler reconciler;
  private final OutsideLoads loads = new OutsideLoads();
  private final CanaryWatch canaries = new CanaryWatch();

  /**
   * Begins a term.
   *
   * @param terms what holds for it
   * @param journal what recovery read
   * @param secrets the secrets that there are
   * @param offsets from where the commands are read
   */
  public ProvisionerState(
      TermSettings terms, OptimisticView journal, Secrets secrets, CommandOffsets offsets) {
    this.terms = terms;
    this.journal = journal;
    this.shelf = new SecretShelf(secrets);
    this.offsets = offsets;
    this.servers = new ServerLifecycle(offsets);
    this.commands = new CommandExecutor(offsets, servers);
    this.reconciler = new FleetReconciler(commands, servers);
  }

  /** What follows from the inputs, taken in order. */
  public Outcome step(List<Input> inputs, Moment now) {
    Step step = new Step(journal, shelf, terms, now, new Outcome.Draft());
    inputs.forEach(input -> take(step, input));
    return step.draft().done(offsets.takeChanged());
  }

  /**
   * The outcome that begins the term.
   *
   * @param recovered what the journal said when the leadership was taken
   */
  public Outcome begin(TermStart start, Recovered recovered, Moment now) {
    Step step = new Step(journal, shelf, terms, now, new Outcome.Draft());
    start.facts().forEach(fact -> about(step, fact.zone(), () -> step.tell(whole(fact))));
    recovered.unread().forEach(fact -> fact.tell(step));
    for (Zone zone : recovered.journal().fleet().zones().values()) {
      boolean unread = recovered.unread().stream().anyMatch(it -> it.zone().equals(zone.id()));
      Conditions.clearFailed(step, zone, recovered.whole(), unread);
    }
    return step.draft().done(offsets.takeChanged());
  }

  /** A file names secrets as they are at the time; what is recorded says which values that were. */
  private FleetEvent whole(FleetEvent fact) {
    return fact instanceof TemplateChanged changed
        ? new TemplateChanged(
            changed.zone(),
            changed.at(),
            changed.revision(),
            shelf.resolved(changed.template()),
            changed.actor(),
            changed.reason())
        : fact;
  }

  /**
   * Takes note that an outcome was recorded.
   *
   * @param places where its facts stand in the journal, in their order
   */
  public void recorded(List<Place> places) {
    journal.recorded(places);
  }

  /** What the journal's records say that were read. */
  public JournalState journal() {
    return journal.journal();
  }

  /** The fleet by the journal's records that were read. */
  public Fleet fleet() {
    return journal.journal().fleet();
  }

  /** The fleet by the journal and by facts recorded but not read back yet. */
  public Fleet view() {
    return journal.view();
  }

  /** From where the next leader has to read the commands, per partition. */
  public Map<Integer, Long> commandOffsets() {
    return offsets.all();
  }

  /** Partitions of which no more commands may be handed in for now. */
  public Set<Integer> fullPartitions() {
    return offsets.full();
  }

  private void take(Step step, Input input) {
    switch (input) {
      case Input.FactRead(var partition, var entry) -> read(step, partition, entry);
      case Input.CommandRead(var place, var command) -> commands.read(step, place, command);
      case Input.CommandSkipped(var place) -> commands.skipped(place);
      case Input.ServerUp(var server, var started) ->
          about(step, server, () -> commands.up(step, server, started));
      case Input.StartFailed(var server, var reason) ->
          about(step, server, () -> commands.failed(step, server, reason));
      case Input.NameTaken(var server, var reason) ->
          about(step, server, () -> commands.nameTaken(step, server, reason));
      case Input.SecretsSealed(var server, var reason) ->
          about(step, server, () -> commands.unsealed(step, server, reason));
      case Input.Answered(var server) -> about(step, server, () -> servers.answered(step, server));
      case Input.Unanswered(var server, var last) ->
          about(step, server, () -> servers.unanswered(step, server, last));
      case Input.Stopped(var server) -> about(step, server, () -> stopped(step, server));
      case Input.StopFailed(var server, var reason) ->
          about(step, server, () -> servers.stopFailed(step, server, reason));
      case Input.Exited(var exit) -> about(step, exit.server(), () -> exited(step, exit));
      case Input.HowEnded(var server, var known) ->
          about(step, server, () -> known.ifPresent(exit -> exited(step, exit)));
      case Input.Reported reported ->
          about(step, reported.server(), () -> reported(step, reported));
      case Input.Listed listed -> general(step, "a listing", () -> reconciler.listed(step, listed));
      case Input.ListFailed(var reason) ->
          general(step, "a listing", () -> reconciler.failed(step, reason));
      case Input.Requested(var change) -> requested(step, change);
      case Input.SecretRequested(var change) -> requested(step, change);
      case Input.LoadHeard(LoadNews news) -> about(step, news.zone(), () -> loads.hear(step, news));
      case Input.TrafficHeard(BalancerMetrics report) ->
          about(step, report.zone(), () -> canaries.hear(step, report));
      case Input.OfBalancer news -> about(step, news.zone(), () -> heard(step, news));
      case Input.Tick ignored -> tick(step);
    }
  }

  private static void heard(Step step, Input.OfBalancer news) {
    switch (news) {
      case Input.BalancerAnswers answers -> balancerAnswers(step, answers);
      case Input.BalancerSilent silent -> balancerSilent(step, silent);
      case Input.BalancerForeign foreign -> balancerForeign(step, foreign);
    }
  }

  private void read(Step step, int partition, JournalRecord entry) {
    fleet()
        .objection(entry.event())
        .ifPresent(why ->
            step.draft().warn("a fact at offset %d is made up: %s".formatted(entry.offset(), why)));
    UnreadFact.unless(entry, () -> journal.read(partition, entry))
        .ifPresent(unread -> unread.tell(step));
    Optional<Long> offset = Optional.of(entry.offset());
    subject(entry.event())
        .ifPresent(
            server -> servers.alone(step, server, offset, () -> servers.attend(step, server)));
  }

  private void about(Step step, ServerId server, Runnable work) {
    servers.alone(step, server, Optional.empty(), work);
  }

  private static void about(Step step, ZoneId zone, Runnable work) {
    step.isolated(
        work,
        failed ->
            Conditions.failed(
                step,
                zone,
                Optional.empty(),
                Optional.empty(),
                "what was heard of %s can't be worked in: %s".formatted(zone, failed)));
  }

  /** What concerns nobody by himself. */
  private static void general(Step step, String what, Runnable work) {
    step.isolated(
        work, failed -> step.draft().warn("%s can't be worked in: %s".formatted(what, failed)));
  }

  private void tick(Step step) {
    servers.tick(step);
    general(step, "the time", () -> reconciler.tick(step));
    for (Zone zone : step.view().zones().values()) {
      about(step, zone.id(), () -> canaries.tick(step, zone));
      about(step, zone.id(), () -> Rollbacks.tick(step, zone));
      about(step, zone.id(), () -> retire(step, zone));
    }
  }

  /** A zone is gone when nothing of it is left, and nothing of it can come any more. */
  private void retire(Step step, Zone zone) {
    boolean over =
        zone.life().retiring()
            && zone.servers().isEmpty()
            && !commands.isStartingIn(zone.id())
            && !servers.isEndingIn(zone.id());
    if (over && step.tell(new ZoneRetired(zone.id(), step.now()))) {
      step.draft().info("zone %s is retired".formatted(zone.id()));
    }
  }

  private static void requested(Step step, Change change) {
    step.isolated(
        () -> step.draft().ruling(ChangeHandler.rule(step, change)),
        failed ->
            step.draft()
                .ruling(
                    new ChangeResult.Failed(
                        "the change of %s could not be worked out: %s"
                            .formatted(change.zone(), failed))));
  }

  private void requested(Step step, SecretChange change) {
    step.isolated(
        () -> step.draft().ruling(shelf.rule(step, change)),
        failed ->
            step.draft()
                .ruling(
                    new ChangeResult.Failed(
                        "what was asked of the secrets could not be worked out: " + failed)));
  }

  private void stopped(Step step, ServerId server) {
    servers.stopped(step, server);
    commands.gone(step, server);
  }

  private void exited(Step step, Exit exit) {
    if (!commands.exited(exit)) {
      servers.exited(step, exit);
    }
    reconciler.soon(step, TermSettings.LOOK_AFTER_EXIT);
  }

  private void reported(Step step, Input.Reported reported) {
    ServerId server = reported.server();
    if (step.runs(server.zone())) {
      step.tell(
          new ServerReported(
              server.zone(), step.now(), server, Step.sentence(reported.lastError())));
      servers.attend(step, server);
    }
  }

  private static void balancerSilent(Step step, Input.BalancerSilent silent) {
    balancerLost(step, silent.zone(), silent.reason());
    Conditions.clear(step, silent.zone(), ConditionKind.FOREIGN_BALANCER, Optional.empty());
  }

  private static void balancerForeign(Step step, Input.BalancerForeign foreign) {
    balancerLost(step, foreign.zone(), foreign.reason());
    Conditions.foreignBalancer(step, foreign.zone(), foreign.reason());
  }

  private static void balancerLost(Step step, ZoneId zone, String reason) {
    boolean alive =
        step.view()
            .zone(zone)
            .balancer()
            .filter(balancer -> balancer.state() == Balancer.State.ALIVE)
            .isPresent();
    if (alive && step.tell(new BalancerLost(zone, step.now(), Step.sentence(reason)))) {
      step.draft().warn("balancer of %s is lost: %s".formatted(zone, reason));
    }
  }

  private static void balancerAnswers(Step step, Input.BalancerAnswers answers) {
    if (step.view().zone(answers.zone()).life().retired()) {
      return;
    }
    Balancer seen = new Balancer(answers.address(), answers.admin(), Balancer.State.ALIVE);
    boolean known = step.view().zone(answers.zone()).balancer().equals(Optional.of(seen));
    if (!known) {
      step.tell(
          new BalancerStarted(answers.zone(), step.now(), answers.address(), answers.admin()));
      step.draft()
          .info("balancer of %s answers at %s".formatted(answers.zone(), answers.address()));
    }
    Conditions.clear(step, answers.zone(), ConditionKind.FOREIGN_BALANCER, Optional.empty());
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
      case ZoneDeclared _, ZoneRetiring _, ZoneRetired _ -> Optional.empty();
      case PolicyChanged ignored -> Optional.empty();
      case TemplateChanged ignored -> Optional.empty();
      case LoadObserved ignored -> Optional.empty();
      case ManualScaleRequested ignored -> Optional.empty();
      case ScalingPaused ignored -> Optional.empty();
      case ScalingResumed ignored -> Optional.empty();
      case BalancerStarted ignored -> Optional.empty();
      case BalancerLost ignored -> Optional.empty();
      case RequestsWaiting ignored -> Optional.empty();
      case LoadReported _, CanaryJudged _ -> Optional.empty();
      case ConditionRaised ignored -> Optional.empty();
      case ConditionCleared ignored -> Optional.empty();
      case LeaderElected ignored -> Optional.empty();
    };
  }
}
