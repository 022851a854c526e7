package io.sluice.provisioner.leadership;

import io.sluice.provisioner.plan.Input;
import io.sluice.provisioner.plan.Place;
import io.sluice.schemas.command.ScaleCommand;
import io.sluice.schemas.event.FleetEvent;
import io.sluice.schemas.event.JournalRecord;
import io.sluice.schemas.topic.DeadLetter;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Topics of one partition each, in memory, with the fencing of a broker: whoever opens last is the
 * only one who can record.
 */
final class FakeTopics implements LeaderLog.Source {
  private static final Duration POLL_STEP = Duration.ofMillis(10);

  private final List<FleetEvent> journal = new ArrayList<>();
  private final List<Optional<ScaleCommand>> commands = new ArrayList<>();
  private final List<LeaderLog.Entry> transactions = new ArrayList<>();
  private final List<Long> readFrom = new ArrayList<>();
  private long commandOffset;
  private int owner;
  private boolean reachable = true;
  private final Map<Integer, Instant> stamps = new HashMap<>();

  synchronized void command(ScaleCommand command) {
    commands.add(Optional.of(command));
    notifyAll();
  }

  synchronized void poison() {
    commands.add(Optional.empty());
    notifyAll();
  }

  synchronized void write(FleetEvent fact) {
    journal.add(fact);
    notifyAll();
  }

  /** Somebody else takes office and writes nothing yet. */
  synchronized void fence() {
    owner++;
  }

  synchronized void reachable(boolean now) {
    reachable = now;
    notifyAll();
  }

  private synchronized Instant stamp(int offset) {
    return stamps.computeIfAbsent(offset, fresh -> Instant.now().truncatedTo(ChronoUnit.MILLIS));
  }

  /** It is put back to an earlier time, and grows on by this. */
  synchronized void restore(int end, List<FleetEvent> since) {
    journal.subList(end, journal.size()).clear();
    stamps.keySet().removeIf(offset -> offset >= end);
    journal.addAll(since);
  }

  synchronized List<FleetEvent> journal() {
    return List.copyOf(journal);
  }

  synchronized List<LeaderLog.Entry> transactions() {
    return List.copyOf(transactions);
  }

  /** From where the next leader reads the commands. */
  synchronized long commandOffset() {
    return commandOffset;
  }

  /** The offsets are not there any more. */
  synchronized void loseOffsets() {
    commandOffset = 0;
  }

  /** From where each leader read the journal. */
  synchronized List<Long> readFrom() {
    return List.copyOf(readFrom);
  }

  @Override
  public LeaderLog connect() {
    return new FakeLedger();
  }

  private final class FakeLedger implements LeaderLog {
    private int identity;
    private int journalPosition;
    private int commandPosition;
    private boolean woken;

    @Override
    public Opening open() {
      synchronized (FakeTopics.this) {
        require();
        owner++;
        identity = owner;
        return new Opening(
            "fake-journal",
            Map.of(0, 0L),
            Map.of(0, (long) journal.size()),
            Map.of(0, commandOffset));
      }
    }

    @Override
    public void readFrom(Map<Integer, Long> from, Map<Integer, Long> commandsFrom) {
      synchronized (FakeTopics.this) {
        long start = from.getOrDefault(0, 0L);
        readFrom.add(start);
        journalPosition = Math.toIntExact(start);
        commandPosition = Math.toIntExact(commandsFrom.getOrDefault(0, 0L));
      }
    }

    @Override
    public Batch poll(Duration wait, Set<Integer> held) {
      synchronized (FakeTopics.this) {
        require();
        boolean hold = held.contains(0);
        long end = System.nanoTime() + wait.toNanos();
        while (!woken && !anything(hold) && System.nanoTime() < end) {
          pause();
        }
        woken = false;
        List<Input> inputs = new ArrayList<>();
        while (journalPosition < journal.size()) {
          FleetEvent fact = journal.get(journalPosition);
          inputs.add(
              new Input.FactRead(
                  0, new JournalRecord(journalPosition, stamp(journalPosition), fact)));
          journalPosition++;
        }
        List<UnreadableRecord> letters = new ArrayList<>();
        while (!hold && commandPosition < commands.size()) {
          Place place = new Place(0, commandPosition);
          inputs.add(
              commands
                  .get(commandPosition)
                  .<Input>map(command -> new Input.CommandRead(place, command))
                  .orElseGet(() -> {
                    DeadLetter header = new DeadLetter("scale-commands", 0, place.offset(), "bad");
                    letters.add(new UnreadableRecord(new byte[0], new byte[0], header));
                    return new Input.CommandSkipped(place);
                  }));
          commandPosition++;
        }
        return new Batch(inputs, letters);
      }
    }

    private boolean anything(boolean hold) {
      return journalPosition < journal.size() || (!hold && commandPosition < commands.size());
    }

    private void pause() {
      try {
        FakeTopics.this.wait(POLL_STEP.toMillis());
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
        throw new LeadershipLostException("interrupted", false);
      }
    }

    @Override
    public List<Place> record(Entry entry) {
      synchronized (FakeTopics.this) {
        require();
        if (identity != owner) {
          throw new LeadershipLostException("another leader took office", true);
        }
        List<Place> places = new ArrayList<>();
        for (FleetEvent fact : entry.facts()) {
          places.add(new Place(0, journal.size()));
          journal.add(fact);
        }
        commandOffset = entry.commands().getOrDefault(0, commandOffset);
        transactions.add(entry);
        FakeTopics.this.notifyAll();
        return places;
      }
    }

    private void require() {
      if (!reachable) {
        throw new LeadershipLostException("the broker does not answer", false);
      }
    }

    @Override
    public Map<Integer, Long> journalPositions() {
      return new HashMap<>(Map.of(0, (long) journalPosition));
    }

    @Override
    public boolean commandsRead() {
      synchronized (FakeTopics.this) {
        return commandPosition == commands.size();
      }
    }

    @Override
    public void wakeUp() {
      synchronized (FakeTopics.this) {
        woken = true;
        FakeTopics.this.notifyAll();
      }
    }

    @Override
    public void close() {
      // Nothing is held.
    }
  }
}
