package io.sluice.compose.drill.chaos;

import io.sluice.compose.drill.Tail;
import io.sluice.compose.kafka.Entry;
import io.sluice.schemas.command.ScaleCommand;
import io.sluice.schemas.config.KafkaAccess;
import io.sluice.schemas.event.FleetEvent;
import io.sluice.schemas.event.FleetEvent.ConditionCleared;
import io.sluice.schemas.event.FleetEvent.ConditionRaised;
import io.sluice.schemas.event.FleetEvent.LoadObserved;
import io.sluice.schemas.event.JournalRecord;
import io.sluice.schemas.fleet.Fleet;
import io.sluice.schemas.fleet.Server;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.topic.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What was recorded and decided so far; used by one thread. */
final class Chronicle implements AutoCloseable {
  private final Tail<FleetEvent> journal;
  private final Tail<ScaleCommand> commands;
  private final List<Entry<FleetEvent>> facts = new ArrayList<>();
  private final List<Entry<ScaleCommand>> decisions = new ArrayList<>();
  private final Set<Trouble> troubles = new HashSet<>();
  private Fleet fleet = Fleet.EMPTY;

  Chronicle(String bootstrap) {
    KafkaAccess kafka = KafkaAccess.at(bootstrap);
    // What can't be read is what was put there on purpose; the dead letters tell of it.
    this.journal = new Tail<>(kafka, Topics.JOURNAL, _ -> {});
    this.commands = new Tail<>(kafka, Topics.SCALE_COMMANDS, _ -> {});
  }

  /** Reads what has come, waiting a moment for it. */
  void read() {
    for (Entry<FleetEvent> entry : journal.more()) {
      facts.add(entry);
      fleet = fleet.apply(new JournalRecord(entry.offset(), entry.time(), entry.value()));
      switch (entry.value()) {
        case ConditionRaised(var zone, var _, var condition) ->
            troubles.add(new Trouble(zone, condition.kind()));
        case ConditionCleared(var zone, var _, var kind, var _) ->
            troubles.remove(new Trouble(zone, kind));
        case FleetEvent ignored -> {}
      }
    }
    decisions.addAll(commands.more());
  }

  /** The servers that the journal knows of a zone, be they well or not. */
  List<Server> servers(ZoneId zone) {
    return List.copyOf(fleet.zone(zone).servers().values());
  }

  /** Whether all of a zone's servers are of its template. */
  boolean rolledOver(ZoneId zone) {
    return fleet.zone(zone).rollout().isEmpty();
  }

  /** The troubles of which was told that they have begun, and not that they are over. */
  Set<Trouble> troubles() {
    return Set.copyOf(troubles);
  }

  List<Entry<FleetEvent>> facts() {
    return List.copyOf(facts);
  }

  List<Entry<ScaleCommand>> decisions() {
    return List.copyOf(decisions);
  }

  /** Whether a zone's load was observed after this. */
  boolean observedSince(ZoneId zone, Instant since) {
    return facts.reversed().stream()
        .takeWhile(entry -> entry.time().isAfter(since))
        .anyMatch(entry ->
            entry.value() instanceof LoadObserved observed && observed.zone().equals(zone));
  }

  /** Whether it was decided after this that a zone is to have so many servers. */
  boolean decidedSince(ZoneId zone, int servers, Instant since) {
    return decisions.reversed().stream()
        .takeWhile(entry -> entry.time().isAfter(since))
        .anyMatch(entry -> entry.value().zone().equals(zone) && entry.value().to() == servers);
  }

  /** Whether anything was decided on a zone in between. */
  boolean decided(ZoneId zone, Instant from, Instant to) {
    return decisions.stream()
        .anyMatch(entry ->
            entry.value().zone().equals(zone)
                && entry.time().isAfter(from)
                && entry.time().isBefore(to));
  }

  /** The longest time for which any of these zones was not observed in between. */
  Duration longestUnobserved(List<ZoneId> zones, Instant from, Instant to) {
    Duration longest = Duration.ZERO;
    for (ZoneId zone : zones) {
      List<Instant> times = new ArrayList<>();
      times.add(from);
      facts.stream()
          .filter(entry ->
              entry.value() instanceof LoadObserved observed
                  && observed.zone().equals(zone)
                  && entry.time().isAfter(from)
                  && entry.time().isBefore(to))
          .map(Entry::time)
          .forEach(times::add);
      times.add(to);
      for (int i = 1; i < times.size(); i++) {
        longest = longer(longest, Duration.between(times.get(i - 1), times.get(i)));
      }
    }
    return longest;
  }

  /** The longest time from a fact to the command that it gave, of facts in between. */
  Duration longestDecision(Instant from, Instant to) {
    return decisions.stream()
        .filter(entry -> entry.value().at().isAfter(from) && entry.value().at().isBefore(to))
        .map(entry -> Duration.between(entry.value().at(), entry.time()))
        .reduce(Duration.ZERO, Chronicle::longer);
  }

  private static Duration longer(Duration one, Duration other) {
    return one.compareTo(other) > 0 ? one : other;
  }

  @Override
  public void close() {
    journal.close();
    commands.close();
  }
}
