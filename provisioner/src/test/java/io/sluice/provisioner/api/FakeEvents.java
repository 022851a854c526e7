package io.sluice.provisioner.api;

import io.sluice.provisioner.leadership.JournalEvents;
import io.sluice.schemas.event.FleetEvent;
import io.sluice.schemas.event.JournalRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A journal of one partition that tests write. */
final class FakeEvents implements JournalEvents {
  private final List<FleetEvent> facts = new ArrayList<>();

  synchronized void write(FleetEvent fact) {
    facts.add(fact);
    notifyAll();
  }

  @Override
  public synchronized Reading open(Map<Integer, Long> from) {
    return new FakeReading(from.getOrDefault(0, (long) facts.size()));
  }

  private final class FakeReading implements Reading {
    private long next;

    FakeReading(long next) {
      this.next = next;
    }

    @Override
    public List<Seen> poll(Duration wait) {
      synchronized (FakeEvents.this) {
        if (next >= facts.size()) {
          pause(wait);
        }
        List<Seen> seen = new ArrayList<>();
        for (; next < facts.size(); next++) {
          FleetEvent fact = facts.get(Math.toIntExact(next));
          seen.add(new Seen(0, new JournalRecord(next, Instant.EPOCH, fact)));
        }
        return seen;
      }
    }

    private void pause(Duration wait) {
      try {
        FakeEvents.this.wait(wait.toMillis());
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
      }
    }

    @Override
    public Map<Integer, Long> next() {
      return Map.of(0, next);
    }

    @Override
    public void close() {
      // Nothing is held.
    }
  }
}
