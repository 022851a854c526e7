package io.sluice.compose.cli;

import io.sluice.compose.kafka.Entry;
import io.sluice.compose.view.Descriptions;
import io.sluice.schemas.command.ScaleCommand;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.topic.Topic;
import io.sluice.schemas.topic.Topics;
import io.sluice.topology.history.RawRecord;
import picocli.CommandLine.Command;

/** Tells the decisions. */
@Command(
    name = "commands",
    description = "Tells what was decided, and why: the scale commands, oldest first.",
    mixinStandardHelpOptions = true)
final class CommandsCommand extends TellCommand<ScaleCommand> {
  @Override
  Topic<ZoneId, ScaleCommand> topic() {
    return Topics.SCALE_COMMANDS;
  }

  @Override
  boolean wanted(RawRecord record) {
    return true;
  }

  @Override
  boolean wanted(ScaleCommand command) {
    return true;
  }

  @Override
  String line(Entry<ScaleCommand> entry) {
    ScaleCommand command = entry.value();
    return "%s  %s  %s"
        .formatted(Times.format(entry.time()), command.id(), Descriptions.tell(command));
  }

  @Override
  Object object(Entry<ScaleCommand> entry) {
    return entry.value();
  }
}
