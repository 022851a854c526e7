package io.sluice.provisioner.plan;

import io.sluice.schemas.id.Epoch;
import io.sluice.schemas.time.Ticks;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The turns of one term, without the hands: what a turn takes, what has to be recorded before its
 * effects may be performed, and when a leader has to prove that it still leads.
 *
 * <pre>
 *   begin ─▶ record ─▶ recorded ─▶ perform
 *                                     │
 *     ┌───────────────────────────────┘
 *     ▼
 *   take: read, posted, time ─▶ record, or prove, or neither ─▶ recorded ─▶ perform ─┐
 *     ▲                                                                              │
 *     └──────────────────────────────────────────────────────────────────────────────┘
 * </pre>
 *
 * <p>Whoever turns records first, in one transaction, and performs only when that has succeeded. If
 * it fails the term is over, and this object with it.
 */
public final class LeaderTurns {
  /** How often deadlines are looked at. */
  public static final Duration TICK = Duration.ofMillis(100);

  /** How many of the things posted one turn takes: a leader has to turn in time to be believed. */
  public static final int POSTED_MAX = 500;

  /** How often in the contact timeout the leader proves that it leads. */
  private static final int PROOFS = 3;

  private final Epoch epoch;
  private final ProvisionerState state;
  private final Duration proofInterval;
  private Optional<Ticks> lastTick = Optional.empty();
  private Ticks lastProof;
  private Ticks settlingSince;

  /**
   * The turns of a term that has not begun yet.
   *
   * @param contactTimeout how long the broker may be out of reach before the leader stops acting
   * @param commands from where the commands are read, per partition
   */
  public LeaderTurns(
      TermSettings terms,
      Duration contactTimeout,
      Recovered recovered,
      Map<Integer, Long> commands,
      Moment now) {
    this.epoch = terms.epoch();
    this.proofInterval = contactTimeout.dividedBy(PROOFS);
    this.state =
        new ProvisionerState(
            terms,
            new OptimisticView(recovered.journal()),
            recovered.secrets(),
            new CommandOffsets(commands));
    this.lastProof = now.ticks();
    this.settlingSince = now.ticks();
  }

  /** What a turn leads to. */
  public sealed interface Turn {
    /** A later term has begun: nothing more may be done in the name of this one. */
    record Over(Epoch by) implements Turn {}

    /**
     * The term goes on.
     *
     * @param records whether something is to be recorded before the effects are performed, be it
     *     only the offsets once more, which prove that this leader was not deposed
     * @param commands the offsets of the commands to be recorded
     * @param outcome the facts to be recorded, and what follows once they are
     */
    record GoesOn(boolean records, Map<Integer, Long> commands, Outcome outcome) implements Turn {
      /** Copies the map. */
      public GoesOn {
        commands = Map.copyOf(commands);
      }
    }
  }

  /**
   * What a turn takes.
   *
   * @param read facts and commands
   * @param letters whether records were read that go to the dead letters
   * @param commandsRead whether every command that stands in the topic was read by now
   * @param posted what came of effects, and what others had to say
   */
  public record Taken(List<Input> read, boolean letters, boolean commandsRead, List<Input> posted) {
    /** Copies the lists. */
    public Taken {
      read = List.copyOf(read);
      posted = List.copyOf(posted);
    }
  }

  /** The first turn, which records who leads. */
  public Turn.GoesOn begin(TermStart start, Recovered recovered, Moment now) {
    return settled(state.begin(start, recovered, now), false, now);
  }

  /** One turn. */
  public Turn take(Taken taken, Moment now) {
    List<Input> inputs = new ArrayList<>(taken.read());
    taken.posted().forEach(input -> inputs.add(completed(input, taken.commandsRead())));
    if (lastTick.filter(last -> now.ticks().isBefore(last.plus(TICK))).isEmpty()) {
      lastTick = Optional.of(now.ticks());
      inputs.add(new Input.Tick());
    }
    Outcome outcome = state.step(inputs, now);
    Epoch latest = state.fleet().epoch();
    return latest.compareTo(epoch) > 0
        ? new Turn.Over(latest)
        : settled(outcome, taken.letters(), now);
  }

  /** Whether every command was read only the turn knows that takes the listing. */
  private static Input completed(Input input, boolean commandsRead) {
    return input instanceof Input.Listed(var listing, var _)
        ? new Input.Listed(listing, commandsRead)
        : input;
  }

  private Turn.GoesOn settled(Outcome outcome, boolean letters, Moment now) {
    settlingSince = now.ticks();
    // What changes the fleet waits for a proof of its own, so that a leader that was deposed in the
    // meantime, or stopped and woken up, touches no server. An empty transaction would not be
    // fenced: offsets that are recorded once more are.
    boolean acts = outcome.effects().stream().anyMatch(Effect::changesFleet);
    boolean proves = acts || !now.ticks().isBefore(lastProof.plus(proofInterval));
    Map<Integer, Long> commands = new HashMap<>(outcome.commands());
    if (proves) {
      commands.putAll(state.commandOffsets());
    }
    return new Turn.GoesOn(outcome.records() || letters || proves, commands, outcome);
  }

  /**
   * Takes note that what was to be recorded is recorded.
   *
   * @param places where the facts stand in the journal, in their order
   */
  public void recorded(List<Place> places) {
    state.recorded(places);
    // As of before it was asked for: a leader may have been stopped since.
    lastProof = settlingSince;
  }

  /** What is known. */
  public ProvisionerState state() {
    return state;
  }

  /** Partitions of which no more commands may be read for now. */
  public Set<Integer> held() {
    return state.fullPartitions();
  }
}
