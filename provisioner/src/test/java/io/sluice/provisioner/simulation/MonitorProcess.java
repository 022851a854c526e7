package io.sluice.provisioner.simulation;

import java.util.ArrayList;
import java.util.List;

/**
 * A process of a host. While it is paused all that is due for it waits, as after a SIGSTOP; when it
 * has crashed, nothing of it goes on.
 */
final class MonitorProcess {
  private final Scheduler scheduler;
  private final List<Runnable> waiting = new ArrayList<>();
  private boolean up;
  private boolean paused;
  private int life;

  MonitorProcess(Scheduler scheduler) {
    this.scheduler = scheduler;
  }

  boolean up() {
    return up;
  }

  boolean paused() {
    return paused;
  }

  /** Which of its lives it is in. */
  int life() {
    return life;
  }

  /** Does something after so many milliseconds, if this life lasts that long. */
  void after(long millis, Runnable work) {
    int born = life;
    scheduler.after(millis, () -> run(born, work));
  }

  private void run(int born, Runnable work) {
    if (!up || born != life) {
      return;
    }
    if (paused) {
      waiting.add(() -> run(born, work));
    } else {
      work.run();
    }
  }

  void start() {
    up = true;
    paused = false;
    life++;
  }

  void crash() {
    up = false;
    paused = false;
    waiting.clear();
  }

  void pause() {
    paused = up;
  }

  /** Goes on with all that was due meanwhile, in its order. */
  void resume() {
    if (paused) {
      paused = false;
      waiting.forEach(work -> scheduler.after(0, work));
      waiting.clear();
    }
  }
}
