package io.sluice.topology.audit;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sluice.schemas.command.ScaleCommand;
import io.sluice.schemas.event.FleetEvent;
import io.sluice.schemas.topic.Topics;

/** Records as the text that they are on the wire. */
final class Texts {
  private Texts() {}

  static String of(byte[] value) {
    return new String(value, UTF_8);
  }

  static String of(ScaleCommand command) {
    return of(Topics.SCALE_COMMANDS.value().encode(command));
  }

  static String of(FleetEvent event) {
    return of(Topics.JOURNAL.value().encode(event));
  }
}
