package io.sluice.topology.decide;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import io.sluice.schemas.command.ScaleCommand;
import io.sluice.schemas.id.ServerId;
import java.util.List;

/**
 * What a zone in a dry run was last commanded, so that it is not commanded again every second.
 *
 * @param to how many servers
 * @param starts how many of them would be started
 * @param stop which would be stopped
 */
public record Proposal(
    int to, int starts, @JsonSetter(nulls = Nulls.AS_EMPTY) List<ServerId> stop) {
  /** Copies the list. */
  public Proposal {
    stop = List.copyOf(stop);
  }

  static Proposal of(ScaleCommand command) {
    return new Proposal(command.to(), command.start().size(), command.stop());
  }

  boolean says(int servers, int started, List<ServerId> stopped) {
    return to == servers && starts == started && stop.equals(stopped);
  }
}
