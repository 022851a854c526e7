package io.sluice.app.live;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The samples of the last minute, and the watchers of new ones. A watcher that does not keep up
 * misses samples; it never holds up the others. Can be used by many threads.
 */
public final class Feed implements AutoCloseable {
  /** Samples kept: a minute at one a second. */
  public static final int HISTORY_MAX = 60;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Deque<Sample> history = new ArrayDeque<>(HISTORY_MAX);
  private long published;
  private boolean ended;

  /** Adds a sample; after the end it is ignored. */
  public void publish(Sample sample) {
    lock.lock();
    try {
      if (ended) {
        return;
      }
      if (history.size() == HISTORY_MAX) {
        history.removeFirst();
      }
      history.addLast(sample);
      published++;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Begins to watch: the first news are all samples kept. */
  public Watch watch() {
    return new Watch();
  }

  /** Tells all watchers that nothing more will come. */
  @Override
  public void close() {
    lock.lock();
    try {
      ended = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** What a watcher is told. */
  public sealed interface News {
    /** Samples that the watcher has not seen, the oldest first; none if the time was over. */
    record Samples(List<Sample> samples) implements News {}

    /** The feed has ended. */
    record End() implements News {}
  }

  /** One watcher's place in the feed; used by one thread. */
  public final class Watch {
    private long seen;

    private Watch() {}

    /** Waits for news, but not longer than this. */
    public News next(Duration timeout) throws InterruptedException {
      long left = timeout.toNanos();
      lock.lockInterruptibly();
      try {
        while (!ended && seen == published && left > 0) {
          left = changed.awaitNanos(left);
        }
        // What came before the end is told before the end.
        return ended && seen == published ? new News.End() : new News.Samples(unseen());
      } finally {
        lock.unlock();
      }
    }

    private List<Sample> unseen() {
      int count = (int) Math.min(published - seen, history.size());
      List<Sample> all = new ArrayList<>(history);
      seen = published;
      return List.copyOf(all.subList(all.size() - count, all.size()));
    }
  }

  /** The newest sample, if one was taken yet. */
  public Optional<Sample> newest() {
    lock.lock();
    try {
      return Optional.ofNullable(history.peekLast());
    } finally {
      lock.unlock();
    }
  }
}
