package io.sluice.provisioner.office;

import io.sluice.schemas.id.Epoch;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/** Takes an office again whenever it was lost, as a monitor does that is alone. */
final class Seeking implements Office.Listener {
  private static final Executor SOON =
      CompletableFuture.delayedExecutor(100, TimeUnit.MILLISECONDS);

  private final Office office;

  private Seeking(Office office) {
    this.office = office;
  }

  static void start(Office office) {
    office.start(new Seeking(office));
    office.take();
  }

  @Override
  public void took(Epoch epoch) {
    // The office's state says so too.
  }

  @Override
  public void left(boolean fenced) {
    SOON.execute(office::take);
  }
}
