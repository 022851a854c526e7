package io.sluice.compose.drill.chaos;

import io.sluice.compose.history.KafkaHistory;
import io.sluice.compose.kafka.Entry;
import io.sluice.schemas.command.ScaleCommand;
import io.sluice.schemas.config.KafkaAccess;
import io.sluice.schemas.event.FleetEvent;
import io.sluice.schemas.event.FleetEvent.ConditionRaised;
import io.sluice.schemas.event.FleetEvent.LeaderElected;
import io.sluice.schemas.event.FleetEvent.ServerStarted;
import io.sluice.schemas.id.CommandId;
import io.sluice.schemas.id.Epoch;
import io.sluice.schemas.id.MonitorId;
import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.id.ZoneId;
import io.sluice.topology.audit.Audit;
import io.sluice.topology.audit.Counts;
import io.sluice.topology.audit.Verdict;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Whether what was recorded and decided is what may be. */
final class Records {
  private Records() {}

  /**
   * Judges all that is known.
   *
   * @param due the troubles that any zone was ever put into
   */
  static void judge(Chronicle chronicle, Set<Trouble> due, Findings findings) {
    chronicle.read();
    judgeFacts(chronicle.facts(), findings);
    judgeConditions(chronicle.facts(), due, findings);
    judgeCommands(chronicle.decisions(), findings);
  }

  static void judgeFacts(List<Entry<FleetEvent>> facts, Findings findings) {
    Map<ZoneId, Epoch> last = new HashMap<>();
    Map<Epoch, MonitorId> leaders = new HashMap<>();
    Set<ServerId> started = new HashSet<>();
    for (Entry<FleetEvent> entry : facts) {
      if (entry.value() instanceof LeaderElected elected) {
        Epoch before = last.put(elected.zone(), elected.epoch());
        if (before != null && before.compareTo(elected.epoch()) >= 0) {
          findings.add(
              Invariant.ONE_LEADER_PER_EPOCH,
              "%s@%d: epoch %s after epoch %s"
                  .formatted(elected.zone(), entry.offset(), elected.epoch(), before));
        }
        MonitorId other = leaders.putIfAbsent(elected.epoch(), elected.monitor());
        if (other != null && !other.equals(elected.monitor())) {
          findings.add(
              Invariant.ONE_LEADER_PER_EPOCH,
              "epoch %s is monitor %s's and monitor %s's"
                  .formatted(elected.epoch(), other, elected.monitor()));
        }
      }
      if (entry.value() instanceof ServerStarted server) {
        Epoch epoch = last.getOrDefault(server.zone(), Epoch.NONE);
        if (!server.epoch().equals(epoch)) {
          findings.add(
              Invariant.ONE_LEADER_PER_EPOCH,
              "%s@%d: server %s is of epoch %s, in epoch %s"
                  .formatted(
                      server.zone(), entry.offset(), server.server(), server.epoch(), epoch));
        }
        if (!started.add(server.server())) {
          findings.add(
              Invariant.STARTED_ONCE,
              "%s@%d: %s".formatted(server.zone(), entry.offset(), server.server()));
        }
      }
    }
  }

  static void judgeCommands(List<Entry<ScaleCommand>> commands, Findings findings) {
    Set<CommandId> ids = new HashSet<>();
    commands.stream()
        .map(entry -> entry.value().id())
        .filter(id -> !ids.add(id))
        .forEach(id -> findings.add(Invariant.COMMANDS_ONCE, id.toString()));
  }

  /** Whoever is told to be in trouble has to have been put into it. */
  static void judgeConditions(List<Entry<FleetEvent>> facts, Set<Trouble> due, Findings findings) {
    for (Entry<FleetEvent> entry : facts) {
      if (entry.value() instanceof ConditionRaised(var zone, var _, var condition)
          && !due.contains(new Trouble(zone, condition.kind()))) {
        findings.add(
            Invariant.CONDITIONS,
            "%s@%d: %s: %s".formatted(zone, entry.offset(), condition.kind(), condition.what()));
      }
    }
  }

  /**
   * Replays everything.
   *
   * @param due the troubles that any zone was ever put into, of which one may have stopped it
   */
  static String audit(String bootstrap, Set<Trouble> due, Findings findings) {
    return switch (Audit.of(new KafkaHistory(KafkaAccess.at(bootstrap)), false)) {
      case Verdict.Verified(var counts) -> verified(counts);
      case Verdict.Difference difference -> {
        findings.add(Invariant.AUDITED, difference.sentence());
        yield "difference: " + difference.sentence();
      }
      case Verdict.Stopped stopped -> {
        stopped.stops().stream()
            .filter(stop -> !due.contains(new Trouble(stop.zone(), stop.kind())))
            .forEach(stop -> findings.add(Invariant.AUDITED, stop.sentence()));
        yield verified(stopped.counts()) + "; " + stopped.sentence();
      }
    };
  }

  private static String verified(Counts counts) {
    return "verified: %d facts, %d of %d commands recomputed"
        .formatted(
            counts.records(), counts.ofCommands().recomputed(), counts.ofCommands().commands());
  }
}
