package io.sluice.compose.cli;

import io.sluice.compose.whatif.Progress;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** Bars that grow on a terminal; where there is none, nothing is shown. */
final class ProgressBars implements Progress {
  @Override
  public Task begin(String task, long size) {
    if (!ProgressHistory.watched()) {
      return NONE.begin(task, size);
    }
    ProgressBar bar =
        new ProgressBarBuilder()
            .setTaskName(task)
            .setInitialMax(size)
            .setStyle(ProgressBarStyle.ASCII)
            .clearDisplayOnFinish()
            .build();
    return new Task() {
      @Override
      public void step(long more) {
        bar.stepBy(more);
      }

      @Override
      public void close() {
        bar.close();
      }
    };
  }
}
