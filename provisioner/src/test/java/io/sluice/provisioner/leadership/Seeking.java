package io.sluice.provisioner.leadership;

import io.sluice.schemas.id.Epoch;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/**
 * Takes an office again whenever it was lost, as a monitor does that is alone; one that lost it to
 * somebody else leaves it to them.
 */
final class Seeking implements Leadership.Listener {
  private static final Executor SOON =
      CompletableFuture.delayedExecutor(100, TimeUnit.MILLISECONDS);

  private final Leadership office;

  private Seeking(Leadership office) {
    this.office = office;
  }

  static void start(Leadership office) {
    office.start(new Seeking(office));
    office.take(1);
  }

  @Override
  public void took(long attempt, Epoch epoch) {
    // The office's state says so too.
  }

  @Override
  public void left(long attempt, boolean fenced) {
    if (!fenced) {
      SOON.execute(() -> office.take(attempt + 1));
    }
  }
}
