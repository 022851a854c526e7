package io.sluice.provisioner.leadership;

import io.sluice.provisioner.plan.Input;
import io.sluice.provisioner.plan.Place;
import io.sluice.provisioner.plan.SecretWrite;
import io.sluice.provisioner.plan.Secrets;
import io.sluice.schemas.event.FleetEvent;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The topics as a leader uses them for one term. Used by one thread, but for {@link #wakeUp}. Every
 * method throws {@link LeadershipLostException} once the term is over at the broker, or the broker
 * can't be reached.
 */
public interface LeaderLog extends AutoCloseable {
  /** Takes office: fences every earlier leader. Reading begins with {@link #readFrom}. */
  Opening open();

  /**
   * Reads the journal from these offsets, and the commands from those.
   *
   * @param journal offset per partition; partitions not named are read from their beginning
   */
  void readFrom(Map<Integer, Long> journal, Map<Integer, Long> commands);

  /**
   * What stands in the topics next, as much as one turn can take; empty if nothing came in time.
   *
   * @param held partitions of the commands that are not to be read for now
   */
  Batch poll(Duration wait, Set<Integer> held);

  /**
   * Records all of it in one transaction, or nothing.
   *
   * @return where the facts stand, in their order
   */
  List<Place> record(Entry entry);

  /** The next offset to be read, per partition of the journal. */
  Map<Integer, Long> journalPositions();

  /** Whether every command that stands in the topic was read. */
  boolean commandsRead();

  /**
   * Ends a {@link #poll} that is waiting, or lets the next one not wait; either still hands in what
   * is there. May be called by any thread.
   */
  void wakeUp();

  /** Lets go of the topics; a transaction under way is not recorded. */
  @Override
  void close();

  /** Opens the topics for a term. */
  @FunctionalInterface
  interface Source {
    /** A ledger of its own. */
    LeaderLog connect();

    /** Makes ready for terms, if that can be done ahead; {@link #connect} does not wait for it. */
    default void start() {}
  }

  /**
   * What a leader finds.
   *
   * @param journal identity of the journal; another one after the topic was made anew
   * @param begins first offset per partition of the journal
   * @param ends offset behind the last record, per partition of the journal, of anything that an
   *     earlier leader can have recorded
   * @param commands from where the last leader said the commands are to be read, per partition; 0
   *     where nothing is known of that any more, or where it could not read all that this one can
   * @param secrets every secret that an earlier leader can have recorded
   */
  record Opening(
      String journal,
      Map<Integer, Long> begins,
      Map<Integer, Long> ends,
      Map<Integer, Long> commands,
      Secrets secrets) {
    /** Copies the maps. */
    public Opening {
      begins = Map.copyOf(begins);
      ends = Map.copyOf(ends);
      commands = Map.copyOf(commands);
    }

    /** Where there are no secrets. */
    public Opening(
        String journal,
        Map<Integer, Long> begins,
        Map<Integer, Long> ends,
        Map<Integer, Long> commands) {
      this(journal, begins, ends, commands, Secrets.NONE);
    }
  }

  /**
   * What was read.
   *
   * @param inputs facts and commands, each partition's in its order
   * @param letters records that are no commands; each has its {@code CommandSkipped} in the inputs
   */
  record Batch(List<Input> inputs, List<UnreadableRecord> letters) {
    /** Nothing was read. */
    public static final Batch EMPTY = new Batch(List.of(), List.of());

    /** Copies the lists. */
    public Batch {
      inputs = List.copyOf(inputs);
      letters = List.copyOf(letters);
    }
  }

  /**
   * What is to be recorded.
   *
   * @param facts in their order
   * @param commands from where the commands are to be read from now on, per partition
   * @param letters for the dead letters
   * @param secrets for the topic of secrets
   */
  record Entry(
      List<FleetEvent> facts,
      Map<Integer, Long> commands,
      List<UnreadableRecord> letters,
      List<SecretWrite> secrets) {
    /** Copies the collections. */
    public Entry {
      facts = List.copyOf(facts);
      commands = Map.copyOf(commands);
      letters = List.copyOf(letters);
      secrets = List.copyOf(secrets);
    }

    /** Nothing of secrets. */
    public Entry(
        List<FleetEvent> facts, Map<Integer, Long> commands, List<UnreadableRecord> letters) {
      this(facts, commands, letters, List.of());
    }
  }
}
