package io.sluice.compose.cli;

import io.sluice.compose.kafka.Entry;
import io.sluice.compose.view.Descriptions;
import io.sluice.schemas.event.FleetEvent;
import io.sluice.schemas.event.FleetEvent.LoadObserved;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.topic.CloudEvent;
import io.sluice.schemas.topic.Topic;
import io.sluice.schemas.topic.Topics;
import io.sluice.topology.history.RawRecord;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Tells the journal. */
@Command(
    name = "events",
    description = "Tells what happened: the journal's facts, oldest first.",
    mixinStandardHelpOptions = true)
final class EventsCommand extends TellCommand<FleetEvent> {
  private static final String LOAD_OBSERVED = CloudEvent.type(LoadObserved.class);

  @Option(
      names = "--load",
      description = "The observations of load too, of which there is one a second and zone.")
  private boolean load;

  @Override
  Topic<ZoneId, FleetEvent> topic() {
    return Topics.JOURNAL;
  }

  @Override
  boolean wanted(RawRecord record) {
    return load
        || !record.headers().value(CloudEvent.TYPE).filter(LOAD_OBSERVED::equals).isPresent();
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
            Descriptions.tell(entry.value()));
  }

  @Override
  Object object(Entry<FleetEvent> entry) {
    return new Line(entry.partition(), entry.offset(), entry.time(), entry.value());
  }

  /** A fact and its place, for programs. */
  private record Line(int partition, long offset, java.time.Instant time, FleetEvent event) {}
}
