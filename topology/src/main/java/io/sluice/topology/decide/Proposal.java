package io.sluice.topology.decide;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import io.sluice.schemas.command.ScaleCommand;
import io.sluice.schemas.event.FleetEvent;
import io.sluice.schemas.event.FleetEvent.LoadObserved;
import io.sluice.schemas.event.FleetEvent.RequestsWaiting;
import io.sluice.schemas.id.ServerId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a zone in a dry run was last commanded, so that it is not commanded again every second. What
 * came of requests that wait is remembered beside what came of everything else, since these take
 * turns; what comes to nothing at the one says nothing of the other.
 *
 * @param to how many servers
 * @param starts how many of them would be started
 * @param stop which would be stopped
 * @param waited it came of requests that waited, last at this time; empty: of anything else
 * @param others the one of the other kind, if there is one
 */
public record Proposal(
    int to,
    int starts,
    @JsonSetter(nulls = Nulls.AS_EMPTY) List<ServerId> stop,
    Optional<Instant> waited,
    @JsonSetter(nulls = Nulls.AS_EMPTY) List<Proposal> others) {
  private static final String WAITING = "requests-waiting";

  /** The balancer says it every second while any waits. */
  private static final Duration HEARD_MAX = Duration.ofSeconds(5);

  /** Copies the lists. */
  public Proposal {
    stop = List.copyOf(stop);
    others = List.copyOf(others);
  }

  /** What is remembered with this command in mind, after this. */
  static Proposal of(ScaleCommand command, Instant time, Optional<Proposal> before) {
    boolean waits = command.cause().equals(WAITING);
    List<Proposal> rest =
        before.stream()
            .flatMap(Proposal::each)
            .filter(one -> one.waited.isPresent() != waits)
            .toList();
    return new Proposal(
        command.to(),
        command.start().size(),
        command.stop(),
        waits ? Optional.of(time) : Optional.empty(),
        rest);
  }

  /** What is remembered once this fact came to nothing. */
  Optional<Proposal> without(FleetEvent fact, Instant time) {
    if (fact instanceof RequestsWaiting) {
      return all(each().filter(one -> one.waited.isEmpty()));
    }
    return fact instanceof LoadObserved
        ? all(each().filter(one -> one.waited.filter(at -> !isOver(at, time)).isPresent()))
        : Optional.of(this);
  }

  /** What is remembered once this fact said the same again. */
  Optional<Proposal> again(FleetEvent fact, Instant time) {
    return fact instanceof RequestsWaiting
        ? all(each().map(one -> one.waited.isPresent() ? one.at(time) : one))
        : Optional.of(this);
  }

  /** Whether this was commanded last, whatever of. */
  boolean says(int servers, int started, List<ServerId> stopped) {
    return each()
        .anyMatch(one -> one.to == servers && one.starts == started && one.stop.equals(stopped));
  }

  private static boolean isOver(Instant waited, Instant time) {
    return waited.plus(HEARD_MAX).isBefore(time);
  }

  /** Each by itself. */
  private Stream<Proposal> each() {
    return Stream.concat(Stream.of(beside(List.of())), others.stream());
  }

  private static Optional<Proposal> all(Stream<Proposal> each) {
    List<Proposal> left = each.toList();
    return left.isEmpty()
        ? Optional.empty()
        : Optional.of(left.getFirst().beside(left.subList(1, left.size())));
  }

  private Proposal at(Instant time) {
    return new Proposal(to, starts, stop, Optional.of(time), others);
  }

  private Proposal beside(List<Proposal> more) {
    return new Proposal(to, starts, stop, waited, more);
  }
}
