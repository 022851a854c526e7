package io.sluice.compose.decisions;

import io.sluice.provisioner.api.DecidedZone;
import io.sluice.schemas.event.Direction;
import io.sluice.topology.decide.ManualHold;
import io.sluice.topology.decide.Pause;
import io.sluice.topology.decide.ZoneState;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Tells of the fold's states of zones what people ask for. */
public final class DecidedZones {
  private DecidedZones() {}

  /** Those of these zones that are declared. */
  public static List<DecidedZone> of(List<ZoneState> states) {
    return states.stream().filter(state -> state.zone().declared()).map(DecidedZones::of).toList();
  }

  /** A zone. Time is that of its last fact, of which there is one a second. */
  public static DecidedZone of(ZoneState state) {
    return new DecidedZone(
        state.zone().id(),
        state.time(),
        state.desired(),
        changed(state),
        pauses(state),
        state.manual().filter(hold -> hold.holds(state.time())).map(DecidedZones::held));
  }

  private static Optional<Instant> changed(ZoneState state) {
    return Stream.of(state.changes().out(), state.changes().in())
        .flatMap(Optional::stream)
        .max(Instant::compareTo);
  }

  private static List<DecidedZone.Paused> pauses(ZoneState state) {
    Optional<Pause> out = state.pauses().holding(Direction.OUT, state.time());
    Optional<Pause> in = state.pauses().holding(Direction.IN, state.time());
    if (out.isPresent() && out.equals(in)) {
      return List.of(paused(Direction.BOTH, out.get()));
    }
    return Stream.concat(
            out.map(pause -> paused(Direction.OUT, pause)).stream(),
            in.map(pause -> paused(Direction.IN, pause)).stream())
        .toList();
  }

  private static DecidedZone.Paused paused(Direction direction, Pause pause) {
    return new DecidedZone.Paused(direction, pause.until(), pause.actor());
  }

  private static DecidedZone.Held held(ManualHold hold) {
    return new DecidedZone.Held(hold.servers(), hold.until(), hold.actor());
  }
}
