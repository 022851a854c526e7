package io.sluice.compose.cli;

import io.sluice.schemas.id.ZoneId;
import io.sluice.topology.history.Checkpoint;
import io.sluice.topology.history.History;
import io.sluice.topology.history.Passage;
import io.sluice.topology.history.RawRecord;
import io.sluice.topology.history.RecordSource;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/**
 * A history that shows how far it was read: on a terminal with a bar on standard error, elsewhere
 * not at all.
 */
final class ProgressHistory implements History {
  private static final int UPDATE_MILLIS = 200;
  private static final Path STDERR = Path.of("/proc/self/fd/2");

  private final History history;
  private final Bar journal = new Bar("journal");
  private final Bar commands = new Bar("commands");

  private ProgressHistory(History history) {
    this.history = history;
  }

  /** The history, with a bar if somebody watches. */
  static History of(History history) {
    return watched() ? new ProgressHistory(history) : history;
  }

  /**
   * Whether standard error is a terminal. Java tells that only of input and output; Linux shows
   * where it leads, and elsewhere there is no bar.
   */
  static boolean watched() {
    try {
      return Files.isSymbolicLink(STDERR)
          && Files.readSymbolicLink(STDERR).toString().matches("/dev/(pts/|tty).*");
    } catch (java.io.IOException untold) {
      return false;
    }
  }

  @Override
  public String name() {
    return history.name();
  }

  @Override
  public RecordSource journal(Passage passage) {
    return new Watched(journal, history.journal(passage));
  }

  @Override
  public RecordSource commands(Passage passage) {
    return new Watched(commands, history.commands(passage));
  }

  @Override
  public RecordSource samples(Passage passage, int stretches, long most) {
    return new Watched(journal, history.samples(passage, stretches, most));
  }

  @Override
  public SortedSet<ZoneId> zones() {
    return history.zones();
  }

  @Override
  public List<Passage> parts() {
    return history.parts();
  }

  @Override
  public RecordSource checkpoints(Passage passage) {
    return history.checkpoints(passage);
  }

  @Override
  public Optional<Checkpoint> checkpoint(ZoneId zone, Instant time, long offset) {
    return history.checkpoint(zone, time, offset);
  }

  @Override
  public Map<ZoneId, Checkpoint> checkpoints(Instant time) {
    return history.checkpoints(time);
  }

  /** A bar for all that is read of a topic at the same time. */
  private static final class Bar {
    private final String task;
    private final List<ProgressBar> shown = new ArrayList<>();
    private long size;
    private int open;

    Bar(String task) {
      this.task = task;
    }

    synchronized void open(long more) {
      size = open == 0 ? more : size + more;
      if (open == 0) {
        shown.add(
            new ProgressBarBuilder()
                .setTaskName(task)
                .setInitialMax(size)
                .setUpdateIntervalMillis(UPDATE_MILLIS)
                .setStyle(ProgressBarStyle.ASCII)
                .clearDisplayOnFinish()
                .build());
      } else {
        shown.getFirst().maxHint(size);
      }
      open++;
    }

    synchronized void step(long records) {
      shown.forEach(bar -> bar.stepBy(records));
    }

    synchronized void close() {
      open--;
      if (open == 0) {
        shown.forEach(ProgressBar::close);
        shown.clear();
      }
    }
  }

  private static final class Watched implements RecordSource {
    private final RecordSource source;
    private final Bar bar;

    Watched(Bar bar, RecordSource source) {
      this.source = source;
      this.bar = bar;
      bar.open(source.size());
    }

    @Override
    public List<RawRecord> next() {
      List<RawRecord> records = source.next();
      bar.step(records.size());
      return records;
    }

    @Override
    public long size() {
      return source.size();
    }

    @Override
    public void close() {
      bar.close();
      source.close();
    }
  }
}
