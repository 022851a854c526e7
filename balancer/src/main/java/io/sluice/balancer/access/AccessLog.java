package io.sluice.balancer.access;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.sluice.schemas.supervision.Loops;
import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the lines of the access log on a thread of its own. When that can't keep up, lines are
 * lost and counted: traffic comes first.
 */
public final class AccessLog implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(AccessLog.class);
  private static final int WAITING_MAX = 16_384;
  private static final Duration FLUSH_EVERY = Duration.ofMillis(100);
  private static final Duration TURN_MAX = Duration.ofSeconds(10);
  private static final Duration CLOSE_MAX = Duration.ofSeconds(2);

  private final AccessFormat format;
  private final OutputStream out;
  private final BlockingQueue<AccessEntry> waiting = new ArrayBlockingQueue<>(WAITING_MAX);
  private final AtomicLong lost = new AtomicLong();
  private final Loops loops;
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile boolean closing;

  /**
   * Opens the log.
   *
   * @throws IOException if the file can't be opened
   */
  public AccessLog(AccessLogConfig config) throws IOException {
    this.format = config.format();
    this.out = new BufferedOutputStream(open(config));
    this.loops = new Loops((loop, cause) -> LOG.error("{} ended", loop, cause));
    var _ = loops.restarting("access-log", TURN_MAX, this::run);
  }

  private static OutputStream open(AccessLogConfig config) throws IOException {
    return config.file().isPresent()
        ? Files.newOutputStream(
            config.file().get(), StandardOpenOption.CREATE, StandardOpenOption.APPEND)
        : new FileOutputStream(FileDescriptor.out);
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

  /** After a line that can't be written, such as on a full disk, it is tried again with a pause. */
  private void run(Loops.Turns turns) throws IOException, InterruptedException {
    try {
      while (!closing || !waiting.isEmpty()) {
        turns.turned();
        AccessEntry next = waiting.poll(FLUSH_EVERY.toMillis(), TimeUnit.MILLISECONDS);
        if (next != null) {
          write(next);
        }
        if (waiting.isEmpty()) {
          out.flush();
        }
      }
    } catch (InterruptedException closed) {
      if (!closing) {
        throw closed;
      }
    }
    ended.countDown();
  }

  private void write(AccessEntry entry) throws IOException {
    try {
      out.write((format.line(entry) + "\n").getBytes(US_ASCII));
    } catch (IOException full) {
      lost.incrementAndGet();
      throw full;
    }
  }

  /** Writes what is waiting, and closes the file. */
  @Override
  public void close() {
    closing = true;
    try {
      if (!ended.await(CLOSE_MAX.toMillis(), TimeUnit.MILLISECONDS)) {
        LOG.warn("access log: {} lines were not written", waiting.size());
      }
      loops.close();
      out.flush();
    } catch (IOException failed) {
      LOG.warn("access log not closed in order: {}", failed.toString());
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
