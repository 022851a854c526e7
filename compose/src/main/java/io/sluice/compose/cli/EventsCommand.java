package io.sluice.compose.cli;

import io.sluice.compose.kafka.Entry;
import io.sluice.compose.view.Story;
import io.sluice.schemas.event.FleetEvent;
import io.sluice.schemas.event.FleetEvent.LoadObserved;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.topic.Topic;
import io.sluice.schemas.topic.Topics;
import io.sluice.topology.history.History;
import io.sluice.topology.history.RecordSource;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Tells the journal. */
@Command(
    name = "events",
    description = "Tells what happened: the journal's facts, oldest first.",
    mixinStandardHelpOptions = true)
final class EventsCommand extends TellCommand<FleetEvent> {
  @Option(
      names = "--load",
      description = "The observations of load too, of which there is one a second and zone.")
  private boolean load;

  @Override
  Topic<?, FleetEvent> topic() {
    return Topics.JOURNAL;
  }

  @Override
  RecordSource open(History history) {
    return history.journal();
  }

  @Override
  ZoneId zone(FleetEvent event) {
    return event.zone();
  }

  @Override
  boolean wanted(FleetEvent event) {
    return load || !(event instanceof LoadObserved);
  }

  @Override
  String line(Entry<FleetEvent> entry) {
    return "%s  %s@%d  %s"
        .formatted(
            Times.format(entry.time()),
            entry.value().zone(),
            entry.offset(),
            Story.tell(entry.value()));
  }

  @Override
  Object object(Entry<FleetEvent> entry) {
    return new Line(entry.partition(), entry.offset(), entry.time(), entry.value());
  }

  /** A fact and its place, for programs. */
  private record Line(int partition, long offset, java.time.Instant time, FleetEvent event) {}
}
