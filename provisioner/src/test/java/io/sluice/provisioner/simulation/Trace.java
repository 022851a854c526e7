package io.sluice.provisioner.simulation;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** The last events of a run, for whoever reads why it failed; kept only when asked for. */
final class Trace {
  private final Scheduler scheduler;
  private final int linesMax;
  private final Deque<Line> lines = new ArrayDeque<>();

  private record Line(long at, String who, String what, List<Object> with) {
    @Override
    public String toString() {
      return "%9.3f s  %-10s %s".formatted(at / 1000.0, who, what.formatted(with.toArray()));
    }
  }

  /**
   * A trace.
   *
   * @param linesMax how many lines are kept; 0: none
   */
  Trace(Scheduler scheduler, int linesMax) {
    this.scheduler = scheduler;
    this.linesMax = linesMax;
  }

  /** Takes note of an event: a sentence with a place for each of the things that never change. */
  void say(String who, String what, Object... with) {
    if (linesMax == 0) {
      return;
    }
    lines.add(new Line(scheduler.now(), who, what, List.of(with)));
    if (lines.size() > linesMax) {
      lines.remove();
    }
  }

  List<String> lines() {
    return lines.stream().map(Line::toString).toList();
  }
}
