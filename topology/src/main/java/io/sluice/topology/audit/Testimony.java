package io.sluice.topology.audit;

import io.sluice.schemas.command.Evidence;
import io.sluice.schemas.command.Evidence.Limit;
import io.sluice.schemas.command.ScaleCommand;
import io.sluice.schemas.event.JournalRecord;
import io.sluice.schemas.fleet.Server;
import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.text.Sentence;
import io.sluice.schemas.topic.CloudEvent;
import io.sluice.topology.decide.Decide;
import io.sluice.topology.decide.ZoneState;
import java.time.Instant;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * Whether a command of other decision rules follows from its own evidence: it names its cause as it
 * stands in the journal, its limiters lead from the largest wish to its outcome, and the servers
 * that it starts and stops bring the zone there.
 */
final class Testimony {
  private static final int LAST_WITHOUT_CLOCK = 3;

  /** They followed a clock that was put back, but believed every record of the future. */
  private static final int LAST_WITHOUT_DOUBT = 8;

  private final ZoneState known;
  private final JournalRecord cause;
  private final ScaleCommand command;

  private Testimony(ZoneState known, JournalRecord cause, ScaleCommand command) {
    this.known = known;
    this.cause = cause;
    this.command = command;
  }

  /**
   * What contradicts the command.
   *
   * @param known the zone's state with the cause in it
   */
  static Optional<String> objection(ZoneState known, JournalRecord cause, ScaleCommand command) {
    Testimony testimony = new Testimony(known, cause, command);
    return testimony.onCause().or(testimony::onLimiters).or(testimony::onServers);
  }

  private Optional<String> onCause() {
    return differs("cause", CloudEvent.type(cause.event()), command.cause())
        .or(this::onTime)
        .or(() ->
            differs("policy revision", known.zone().policyRevision(), command.policyRevision()))
        .or(() -> differs("number of servers before", known.desired(), command.from()));
  }

  /** By the present of the rules that decided: the first three never went back with a clock. */
  private Optional<String> onTime() {
    Instant highest = known.progress().clock().highest();
    if (command.foldVersion() <= LAST_WITHOUT_CLOCK) {
      return differs("time", highest, command.at());
    }
    boolean believed =
        command.foldVersion() <= LAST_WITHOUT_DOUBT
            && (command.at().equals(highest) || command.at().equals(cause.time()));
    return believed ? Optional.empty() : differs("time", known.time(), command.at());
  }

  private Optional<String> onLimiters() {
    Evidence evidence = command.evidence();
    int wish = evidence.largestWish().orElse(command.from());
    for (Limit limit : evidence.limiters()) {
      if (limit.before() != wish) {
        return differs("wish before limiter " + limit.limiter(), wish, limit.before());
      }
      wish = limit.after();
    }
    return differs("number of servers after the limiters", wish, command.to());
  }

  private Optional<String> onServers() {
    for (ServerId server : command.start()) {
      if (server.number() < known.nextNumber() || !server.zone().equals(command.zone())) {
        return Optional.of(Sentence.of("it starts %s: expected a new id", server));
      }
    }
    Set<ServerId> live = live();
    for (ServerId server : command.stop()) {
      boolean there =
          known.zone().servers().containsKey(server) || known.pending().containsKey(server);
      if (!there) {
        return Optional.of(Sentence.of("it stops %s: expected a server of the zone", server));
      }
    }
    live.removeAll(command.stop());
    live.addAll(command.start());
    // Starts may wait for a while after a row of failures; stops never do.
    boolean waits = command.start().isEmpty() && live.size() < command.to();
    // On the way to another template, one more than wanted is there, or on its way.
    boolean rollsOver = known.zone().rollout().isPresent() && live.size() == command.to() + 1;
    // Of very many servers the rest follows with the next commands.
    boolean many = command.start().size() + command.stop().size() >= Decide.SERVERS_AT_ONCE;
    return command.dryRun() || waits || rollsOver || many
        ? Optional.empty()
        : differs("number of live servers that it leaves", command.to(), live.size());
  }

  private Set<ServerId> live() {
    Set<ServerId> live = new HashSet<>(known.pending().keySet());
    known.zone().servers().values().stream()
        .filter(Server::live)
        .map(Server::id)
        .forEach(live::add);
    live.removeAll(known.stopping());
    return live;
  }

  private static Optional<String> differs(String what, Object expected, Object found) {
    return expected.equals(found)
        ? Optional.empty()
        : Optional.of(Sentence.of("%s: is %s, expected %s", what, found, expected));
  }
}
