package io.sluice.balancer.pick;

import java.util.OptionalInt;

/** The least busy of all, in flight for the weight; among equals, one after the other. */
public final class LeastRequests implements Pick {
  private int turn;

  /**
   * Starts with this index, so that several of them do not all begin with the same server.
   *
   * @param first any number
   */
  public LeastRequests(int first) {
    this.turn = first;
  }

  @Override
  public OptionalInt choose(Candidates candidates) {
    int size = candidates.size();
    int first = size == 0 ? 0 : Math.floorMod(turn, size);
    int best = -1;
    for (int i = 0; i < size; i++) {
      int index = (first + i) % size;
      boolean better = best < 0 || PowerOfTwo.lessBusy(candidates, index, best);
      if (candidates.open(index) && better) {
        best = index;
      }
    }
    if (best < 0) {
      return OptionalInt.empty();
    }
    turn = best + 1;
    return OptionalInt.of(best);
  }
}
