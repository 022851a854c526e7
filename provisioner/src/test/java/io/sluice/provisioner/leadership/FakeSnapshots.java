package io.sluice.provisioner.leadership;

import io.sluice.provisioner.snapshot.Snapshot;
import io.sluice.provisioner.snapshot.Snapshots;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/** The last snapshot, in memory. */
final class FakeSnapshots implements Snapshots {
  private final AtomicReference<Optional<Snapshot>> kept = new AtomicReference<>(Optional.empty());
  private final AtomicInteger broken = new AtomicInteger();

  /** The next calls throw what no store should. */
  void breakFor(int calls) {
    broken.set(calls);
  }

  private void requireWhole() {
    if (broken.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
      throw new AssertionError("a store that is broken");
    }
  }

  @Override
  public Optional<Snapshot> load() {
    return kept.get();
  }

  @Override
  public boolean save(Snapshot snapshot) {
    requireWhole();
    kept.set(Optional.of(snapshot));
    return true;
  }

  @Override
  public void discard() {
    kept.set(Optional.empty());
  }

  @Override
  public Optional<String> trouble() {
    return Optional.empty();
  }

  @Override
  public void close() {
    // Nothing is held.
  }
}
