package io.sluice.balancer.access;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.sluice.schemas.supervision.Loops;
import io.sluice.schemas.supervision.Supervised;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the lines of the access log on a thread of its own. When that can't keep up, lines are
 * lost and counted: traffic comes first. The file is opened anew when it was moved away, or when
 * asked to; a disk that is full is tried again every second, and lines wait meanwhile as far as
 * there is room for them.
 */
public final class AccessLog implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(AccessLog.class);
  private static final int WAITING_MAX = 16_384;
  private static final Duration FLUSH_EVERY = Duration.ofMillis(100);
  private static final Duration LOOK_EVERY = Duration.ofSeconds(1);
  private static final Duration TURN_MAX = Duration.ofSeconds(10);
  private static final Duration CLOSE_MAX = Duration.ofSeconds(2);

  private final AccessFormat format;
  private final LogFile file;
  private final BlockingQueue<AccessEntry> waiting = new ArrayBlockingQueue<>(WAITING_MAX);
  private final AtomicLong lost = new AtomicLong();
  private final Supervised writing;
  private final CountDownLatch closing = new CountDownLatch(1);
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile boolean reopening;
  private @Nullable AccessEntry next;
  private long lookedNanos = System.nanoTime();
  private boolean failing;

  /**
   * Opens the log.
   *
   * @param name of the loop that writes it
   * @param loops runs that loop, and says when it stands still
   * @throws IOException if the file can't be opened
   */
  public AccessLog(AccessLogConfig config, String name, Loops loops) throws IOException {
    this.format = config.format();
    this.file = new LogFile(config.file());
    this.writing = loops.restarting(name, TURN_MAX, this::run);
  }

  /** Hands in an entry; never blocks. */
  public void add(AccessEntry entry) {
    if (!waiting.offer(entry)) {
      lost.incrementAndGet();
    }
  }

  /** How many entries were lost so far. */
  public long lost() {
    return lost.get();
  }

  /** Opens the file under its name anew, within moments: whoever rotates logs asks for it. */
  public void reopen() {
    reopening = true;
  }

  private void run(Loops.Turns turns) throws InterruptedException {
    try {
      while (!over()) {
        turns.turned();
        turn();
      }
    } catch (InterruptedException closed) {
      if (!closing()) {
        throw closed;
      }
    }
    ended.countDown();
  }

  private boolean closing() {
    return closing.getCount() == 0;
  }

  /** Once it closes, what can't be written is not waited for. */
  private boolean over() {
    return closing() && (failing || (waiting.isEmpty() && next == null));
  }

  private void turn() throws InterruptedException {
    if (next == null) {
      next = waiting.poll(FLUSH_EVERY.toMillis(), TimeUnit.MILLISECONDS);
    }
    try {
      if (next != null) {
        file.add((format.line(next) + "\n").getBytes(US_ASCII));
        next = null;
      }
      if (waiting.isEmpty()) {
        file.flush();
      }
      look();
      if (failing && file.written()) {
        failing = false;
        LOG.info("access log: lines are written again");
      }
    } catch (IOException unwritable) {
      failed(unwritable);
    }
  }

  /** Tells it once, and tries the file under its name after a pause. */
  private void failed(IOException unwritable) throws InterruptedException {
    if (!failing) {
      failing = true;
      LOG.warn("access log: lines wait, since they can't be written: {}", unwritable.toString());
    }
    if (!closing.await(LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS)) {
      reopening = true;
      try {
        look();
      } catch (IOException again) {
        LOG.debug("access log still not opened: {}", again.toString());
      }
    }
  }

  private void look() throws IOException {
    long now = System.nanoTime();
    boolean due = now - lookedNanos >= LOOK_EVERY.toNanos();
    if (reopening || (due && file.moved())) {
      reopening = false;
      if (!failing) {
        file.flush();
      }
      if (file.reopen()) {
        lost.incrementAndGet();
      }
    }
    lookedNanos = due ? now : lookedNanos;
  }

  /** Writes what is waiting, and closes the file. */
  @Override
  public void close() {
    closing.countDown();
    try {
      var _ = ended.await(CLOSE_MAX.toMillis(), TimeUnit.MILLISECONDS);
      writing.close();
      int left = waiting.size() + (next == null ? 0 : 1);
      if (left > 0) {
        lost.addAndGet(left);
        LOG.warn("access log: {} lines were not written", left);
      }
      file.flush();
      file.close();
    } catch (IOException failed) {
      LOG.warn("access log not closed in order: {}", failed.toString());
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
