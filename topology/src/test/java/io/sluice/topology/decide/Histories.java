package io.sluice.topology.decide;

import io.sluice.schemas.event.Actor;
import io.sluice.schemas.event.Direction;
import io.sluice.schemas.event.FleetEvent;
import io.sluice.schemas.event.FleetEvent.ZoneRetired;
import io.sluice.schemas.event.FleetEvent.ZoneRetiring;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.metric.Metric;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;

/**
 * Journals that could have been written, and some that could not: whatever the broker holds, the
 * fold has to make something of it. A seed determines the whole history.
 */
final class Histories {
  private static final int LENGTH_MAX = 120;
  private static final int GOVERNED_FROM_THE_START = 80;

  private static final List<Direction> DIRECTIONS = List.of(Direction.values());

  private Histories() {}

  static Arbitrary<History> any() {
    return Arbitraries.integers()
        .between(0, 99)
        .list()
        .ofMinSize(10)
        .ofMaxSize(LENGTH_MAX)
        .map(Histories::written);
  }

  private static History written(List<Integer> choices) {
    History history = new History(new ZoneId("zone1"));
    if (choices.getFirst() < GOVERNED_FROM_THE_START) {
      history.declared();
      history.policy(RandomPolicies.of(choices.getFirst(), choices.get(1)));
    }
    for (int i = 0; i < choices.size(); i++) {
      int choice = choices.get(i);
      // A second number from the first and its place, so that a shrunk list is still varied.
      int figure = (choice * 31 + i * 17) % 100;
      history.pass(Duration.ofMillis(choice < 3 ? -2_000 : figure * 37L));
      write(history, choice, figure);
    }
    return history;
  }

  private static void write(History history, int choice, int figure) {
    if (choice < 40) {
      history.tell(observation(history, figure));
    } else if (choice < 62) {
      history.obey();
    } else if (choice < 91) {
      writeServerFact(history, choice, 1 + figure % (history.state().nextNumber() + 1));
    } else {
      writeOrder(history, choice, figure);
    }
  }

  private static FleetEvent observation(History history, int figure) {
    int ready = Census.of(history.state()).ready();
    return switch (figure % 6) {
      case 0 -> history.load(Map.of(), 0);
      case 5 -> history.warming(figure, Math.max(0, ready - 1), history.state().nextNumber());
      case 1 -> history.cpu(figure, Math.max(0, ready - 1), history.state().nextNumber());
      case 2 ->
          history.load(Map.of(Metric.GPU, 1.0 * figure, Metric.IN_FLIGHT, figure * 0.5), ready);
      default -> history.cpu(figure, ready);
    };
  }

  private static void writeServerFact(History history, int choice, long number) {
    switch (choice % 8) {
      case 0 -> history.started(number);
      case 1 -> history.ready(number);
      case 2, 3 -> history.exited(number);
      case 4 -> history.reported(number);
      case 5 -> history.failed(number);
      case 6 -> history.draining(number);
      default -> history.stopped(number);
    }
  }

  /** Most zones stay; of those that go, some come back. */
  private static void retirement(History history, int figure) {
    boolean goes = history.state().zone().life().retiring();
    if (goes && figure % 2 == 0) {
      history.obey();
      history.tell(new ZoneRetired(history.zone(), history.time()));
    } else if (goes || figure % 3 == 0) {
      history.tell(new ZoneRetiring(history.zone(), history.time(), new Actor("carol")));
    } else {
      history.declared();
    }
  }

  private static void writeOrder(History history, int choice, int figure) {
    Optional<Instant> until =
        figure % 2 == 0 ? Optional.empty() : Optional.of(history.time().plusSeconds(figure));
    switch (choice) {
      case 91 -> history.waiting(figure);
      case 92 -> history.declared();
      case 93 -> retirement(history, figure);
      case 94, 95 -> history.policy(RandomPolicies.of(figure, choice + figure * 7));
      case 96 -> history.manual(figure % 9, until);
      case 97 -> history.paused(DIRECTIONS.get(figure % 3), until);
      case 98 -> history.resumed(DIRECTIONS.get(figure % 3));
      default -> history.pass(Duration.ofSeconds(90));
    }
  }
}
