package io.sluice.provisioner.snapshot;

import java.util.Optional;

/** Where snapshots are kept. Nothing here throws: a snapshot is never worth an outage. */
public interface Snapshots extends AutoCloseable {
  /** No snapshots at all: recovery always reads the whole journal. */
  Snapshots NONE =
      new Snapshots() {
        @Override
        public Optional<Snapshot> load() {
          return Optional.empty();
        }

        @Override
        public boolean save(Snapshot snapshot) {
          return false;
        }

        @Override
        public void discard() {
          // Nothing is kept.
        }

        @Override
        public Optional<String> trouble() {
          return Optional.empty();
        }

        @Override
        public void close() {
          // Nothing is held.
        }
      };

  /** The last snapshot; empty if there is none, or it can't be had, or it is damaged. */
  Optional<Snapshot> load();

  /**
   * Keeps the snapshot, unless the one that is kept is of a later term or of a later place in the
   * journal.
   *
   * @return whether it is kept now
   */
  boolean save(Snapshot snapshot);

  /**
   * Takes away what is kept, since it is none of this journal's: whatever is saved next would seem
   * to go back behind it.
   */
  void discard();

  /** What is wrong with the store at the moment; empty if nothing is. */
  Optional<String> trouble();

  @Override
  void close();
}
