package io.sluice.provisioner.fleet.docker;

import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.model.Frame;
import io.sluice.provisioner.fleet.LogTail;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the end of a log from an engine. Whatever keeps it from being read is no failure of its
 * own: it is read because something else failed already, and that is to be told.
 */
final class LogReading {
  /** More than are told of, since some may be empty. */
  static final int LINES = 2 * LogTail.LINES_MAX;

  private static final Logger LOG = LoggerFactory.getLogger(LogReading.class);

  /** Far more than is told of, far less than one line of a log can be long. */
  private static final int BYTES_MAX = 64 << 10;

  /** An engine answers at once; a swarm asks the node. Whoever waits has other things to do. */
  private static final Duration WAIT_MAX = Duration.ofSeconds(5);

  private byte[] end = new byte[0];

  private LogReading() {}

  /**
   * Reads it.
   *
   * @param question asks the engine to tell the callback
   * @return empty if it can't be had
   */
  static Optional<LogTail> read(Consumer<ResultCallback<Frame>> question) {
    LogReading reading = new LogReading();
    try (StreamCallback<Frame> ear = new StreamCallback<>(frame -> reading.add(frame))) {
      question.accept(ear);
      boolean over = ear.awaitEnd(WAIT_MAX).isPresent();
      if (over && ear.failure().isEmpty()) {
        return Optional.of(LogTail.of(reading.end()));
      }
      LOG.debug("a log can't be read", ear.failure().orElse(null));
    } catch (InterruptedException closed) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException | IOException failed) {
      LOG.debug("a log can't be read", failed);
    }
    return Optional.empty();
  }

  private synchronized void add(Frame frame) {
    byte[] more = frame.getPayload();
    byte[] all = Arrays.copyOf(end, end.length + more.length);
    System.arraycopy(more, 0, all, end.length, more.length);
    end =
        all.length > BYTES_MAX ? Arrays.copyOfRange(all, all.length - BYTES_MAX, all.length) : all;
  }

  private synchronized byte[] end() {
    return end;
  }
}
