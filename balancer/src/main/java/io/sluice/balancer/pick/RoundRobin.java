package io.sluice.balancer.pick;

import java.util.OptionalInt;

/**
 * One after the other: over any stretch of choices among the same candidates, all open, the shares
 * of two of them differ by one at most.
 */
public final class RoundRobin implements Pick {
  private int turn;

  /**
   * Starts with this index, so that several of them do not all begin with the same server.
   *
   * @param first any number
   */
  public RoundRobin(int first) {
    this.turn = first;
  }

  @Override
  public OptionalInt choose(Candidates candidates) {
    int size = candidates.size();
    int first = size == 0 ? 0 : Math.floorMod(turn, size);
    for (int i = 0; i < size; i++) {
      int index = (first + i) % size;
      if (candidates.open(index)) {
        turn = index + 1;
        return OptionalInt.of(index);
      }
    }
    return OptionalInt.empty();
  }
}
