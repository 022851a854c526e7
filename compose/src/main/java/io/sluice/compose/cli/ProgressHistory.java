package io.sluice.compose.cli;

import io.sluice.topology.history.History;
import io.sluice.topology.history.RawRecord;
import io.sluice.topology.history.RecordSource;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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
  public RecordSource journal() {
    return new Watched("journal", history.journal());
  }

  @Override
  public RecordSource commands() {
    return new Watched("commands", history.commands());
  }

  private static final class Watched implements RecordSource {
    private final RecordSource source;
    private final ProgressBar bar;

    Watched(String task, RecordSource source) {
      this.source = source;
      this.bar =
          new ProgressBarBuilder()
              .setTaskName(task)
              .setInitialMax(source.size())
              .setUpdateIntervalMillis(UPDATE_MILLIS)
              .setStyle(ProgressBarStyle.ASCII)
              .clearDisplayOnFinish()
              .build();
    }

    @Override
    public List<RawRecord> next() {
      List<RawRecord> records = source.next();
      bar.stepBy(records.size());
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
