package io.sluice.compose.drill.chaos;

import io.sluice.compose.drill.chaos.Fault.Blow;
import io.sluice.compose.drill.chaos.Fault.Target;
import io.sluice.compose.drill.chaos.Fault.Way;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * Faults in an order that a seed gives. Like cards of a deck, each kind comes once before one comes
 * again, so that a short run meets many kinds and a long one all of them.
 */
final class Deck {
  /** Shorter than a broker's session and than a request's patience, longer than a heartbeat's. */
  private static final int LASTING_MIN_MILLIS = 500;

  private static final int LASTING_MAX_MILLIS = 4_000;
  private static final int WHICH = 6;

  private final Random random;
  private final int brokers;
  private final String only;
  private final List<Fault> undealt = new ArrayList<>();

  /**
   * A deck.
   *
   * @param brokers how many brokers there are: several have controllers beside them
   * @param only a part of the names of those that it has, one at least
   */
  Deck(long seed, int brokers, String only) {
    this.random = new Random(seed);
    this.brokers = brokers;
    this.only = only;
  }

  /** What every fault that so many brokers can meet is called. */
  static List<String> kinds(int brokers) {
    return new Deck(0, brokers, "").cards().stream().map(Fault::kind).toList();
  }

  Fault next() {
    if (undealt.isEmpty()) {
      undealt.addAll(cards());
      Collections.shuffle(undealt, random);
    }
    return undealt.removeLast();
  }

  /** Every kind once. */
  List<Fault> cards() {
    List<Fault> cards = new ArrayList<>();
    for (Target target : Target.values()) {
      if (target == Target.CONTROLLER && brokers == 1) {
        continue;
      }
      for (Blow blow : Blow.values()) {
        cards.add(new Fault.OfProcess(target, blow, random.nextInt(WHICH), lasting()));
      }
    }
    for (Way way : Way.values()) {
      cards.add(new Fault.OfNetwork(way, random.nextInt(WHICH), lasting()));
    }
    for (BadInput input : BadInput.values()) {
      cards.add(new Fault.OfInput(input, random.nextInt(WHICH)));
    }
    return cards.stream().filter(card -> card.kind().contains(only)).toList();
  }

  private Duration lasting() {
    return Duration.ofMillis(random.nextInt(LASTING_MIN_MILLIS, LASTING_MAX_MILLIS));
  }
}
