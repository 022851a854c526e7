package io.sluice.provisioner.simulation;

/** How rough it is just now: shares of what goes wrong by itself, 0 to 1. */
final class Weather {
  private boolean stormy = true;
  private double loss;
  private double startFailure;

  boolean stormy() {
    return stormy;
  }

  /** How many of the messages between monitors are lost. */
  double loss() {
    return stormy ? loss : 0;
  }

  /** How many of the starts fail. */
  double startFailure() {
    return stormy ? startFailure : 0;
  }

  /** How much of what is rare in the storm happens: late requests, duplicates, lost answers. */
  double rarely(double share) {
    return stormy ? share : 0;
  }

  void lose(double share) {
    loss = share;
  }

  void failStarts(double share) {
    startFailure = share;
  }

  void clear() {
    stormy = false;
  }
}
