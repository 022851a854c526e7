package io.sluice.provisioner.fleet.docker;

import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.model.Frame;
import io.sluice.provisioner.fleet.FleetException;
import io.sluice.provisioner.fleet.LogTail;
import io.sluice.provisioner.fleet.ServerLog;
import io.sluice.schemas.text.Sentence;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads what a container or a task printed from an engine. */
final class LogReading {
  /** More than are told of in a sentence, since some may be empty. */
  static final int LINES = 2 * LogTail.LINES_MAX;

  private static final Logger LOG = LoggerFactory.getLogger(LogReading.class);

  /** An engine answers at once; a swarm asks the node. Whoever waits has other things to do. */
  private static final Duration WAIT_MAX = Duration.ofSeconds(5);

  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
  private boolean cut;

  private LogReading() {}

  /**
   * Reads the end of it for a sentence. Whatever keeps it from being read is no failure of its own:
   * it is read because something else failed already, and that is to be told.
   *
   * @param question asks the engine to tell the callback
   * @return empty if it can't be had
   */
  static Optional<LogTail> tail(Consumer<ResultCallback<Frame>> question) {
    try {
      return Optional.of(LogTail.of(new LogReading().ask(question).bytes()));
    } catch (FleetException failed) {
      LOG.debug("a log can't be read", failed);
      return Optional.empty();
    }
  }

  /**
   * Reads a piece of it. A place is the time of the last line, which the engine writes before each.
   *
   * @param question asks the engine for lines with their times, from a second of Unix time on, and
   *     has the callback told
   * @throws FleetException if it can't be had
   */
  static ServerLog piece(
      ServerLog.Piece piece, BiConsumer<Integer, ResultCallback<Frame>> question) {
    boolean all = piece.after().equals(ServerLog.BEGIN);
    Instant after = all ? Instant.EPOCH : place(piece.after());
    LogReading reading =
        new LogReading().ask(ear -> question.accept(Math.toIntExact(after.getEpochSecond()), ear));
    List<String> told = ServerLog.lines(reading.bytes());
    List<String> lines = new ArrayList<>();
    Instant last = after;
    for (String line : told) {
      int space = line.indexOf(' ');
      Optional<Instant> time = time(space < 0 ? line : line.substring(0, space));
      // The beginning was cut where a line has no time.
      if (time.isPresent() && time.get().isAfter(after)) {
        lines.add(space < 0 ? "" : line.substring(space + 1));
        last = time.get();
      }
    }
    boolean full = told.size() >= piece.lines() && lines.size() == told.size();
    boolean earlier = reading.cut() || full;
    return ServerLog.last(
        lines, piece.lines(), earlier, all && lines.isEmpty() ? piece.after() : last.toString());
  }

  private static Instant place(String after) {
    return time(after)
        .filter(time -> time.getEpochSecond() >= 0 && time.getEpochSecond() < Integer.MAX_VALUE)
        .orElseThrow(() ->
            new IllegalArgumentException(
                "'%s': expected a place that an answer named as its next"
                    .formatted(Sentence.shown(after))));
  }

  private static Optional<Instant> time(String text) {
    try {
      return Optional.of(Instant.parse(text));
    } catch (DateTimeException another) {
      LOG.trace("no time", another);
      return Optional.empty();
    }
  }

  private LogReading ask(Consumer<ResultCallback<Frame>> question) {
    try (StreamCallback<Frame> ear = new StreamCallback<>(this::add)) {
      question.accept(ear);
      if (ear.awaitEnd(WAIT_MAX).isEmpty()) {
        throw new FleetException(
            "its log was not told within %d s".formatted(WAIT_MAX.toSeconds()));
      }
      Optional<RuntimeException> failure = ear.failure();
      if (failure.isPresent()) {
        throw unreadable(failure.get());
      }
      return this;
    } catch (InterruptedException closed) {
      Thread.currentThread().interrupt();
      throw new FleetException("interrupted while a log is read", closed);
    } catch (FleetException known) {
      throw known;
    } catch (RuntimeException | IOException failed) {
      throw unreadable(failed);
    }
  }

  private static FleetException unreadable(Exception failed) {
    return new FleetException("its log can't be read: " + Faults.root(failed), failed);
  }

  private synchronized void add(Frame frame) {
    printed.writeBytes(frame.getPayload());
    if (printed.size() > 2 * ServerLog.BYTES_MAX) {
      byte[] end = bytes();
      printed.reset();
      printed.writeBytes(end);
    }
  }

  /** The end of what was told. */
  private synchronized byte[] bytes() {
    byte[] all = printed.toByteArray();
    if (all.length <= ServerLog.BYTES_MAX) {
      return all;
    }
    cut = true;
    return Arrays.copyOfRange(all, all.length - ServerLog.BYTES_MAX, all.length);
  }

  private synchronized boolean cut() {
    return cut;
  }
}
