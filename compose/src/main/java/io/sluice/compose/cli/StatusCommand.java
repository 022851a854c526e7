package io.sluice.compose.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.sluice.compose.kafka.LastLeader;
import io.sluice.compose.kafka.TopicReader;
import io.sluice.compose.kafka.UnreachableException;
import io.sluice.compose.monitor.MonitorSurvey;
import io.sluice.compose.view.Status;
import io.sluice.compose.view.StatusText;
import io.sluice.schemas.codec.Json;
import io.sluice.schemas.command.ScaleCommand;
import io.sluice.schemas.event.JournalRecord;
import io.sluice.schemas.id.CommandId;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.topic.Topics;
import io.sluice.topology.decide.ZoneState;
import io.sluice.topology.history.Checkpoint;
import io.sluice.topology.history.History;
import io.sluice.topology.history.Passage;
import io.sluice.topology.history.RecordSource;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Shows a cluster at a glance. */
@Command(
    name = "status",
    description =
        "Shows who leads, and each zone's load, servers and balancer, as the monitors know them; and what is wrong.",
    mixinStandardHelpOptions = true,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:all is well",
      "1:it works, and there are warnings",
      "2:wrong usage",
      "3:nobody leads, or no monitor answers"
    })
final class StatusCommand implements Callable<Integer> {
  @Spec private @Nullable CommandSpec spec;
  @Mixin private HistoryOptions options = new HistoryOptions();

  @Option(
      names = "--monitor",
      paramLabel = "URL",
      split = ",",
      description = "The monitors to ask, the first of them first; default: those of this machine.")
  private List<URI> monitors = List.of();

  @Option(
      names = "--from-kafka",
      description =
          "Reads the whole journal instead, which takes as long as it is; so do --bootstrap and --file.")
  private boolean fromKafka;

  @Option(names = "--json", description = "Prints one JSON object.")
  private boolean json;

  @Override
  public Integer call() throws JsonProcessingException {
    Console console = Console.of(spec);
    Instant now = Instant.now();
    Status status =
        fromKafka || options.monitors().isEmpty()
            ? ofJournal(console, now)
            : ofMonitors(options.monitors(), now);
    if (json) {
      console.out().println(Json.mapper().writeValueAsString(status));
    } else {
      StatusText.print(status, console.out());
    }
    console.out().flush();
    if (status.leader().isEmpty()) {
      return ExitCode.UNREACHABLE;
    }
    return status.warns() ? ExitCode.FAILED : ExitCode.OK;
  }

  private Status ofMonitors(List<URI> byDefault, Instant now) {
    List<URI> places = monitors.isEmpty() ? byDefault : monitors;
    places.forEach(this::requireUrl);
    try (MonitorSurvey survey = new MonitorSurvey()) {
      MonitorSurvey.Found found = survey.of(places);
      if (!found.anybody()) {
        throw new UnreachableException(
            "no monitor answers at %s: %s".formatted(list(places), lastLeader(now)));
      }
      return Status.of(found, now);
    }
  }

  private void requireUrl(URI monitor) {
    String scheme = String.valueOf(monitor.getScheme());
    if (spec != null && (!scheme.matches("https?") || monitor.getHost() == null)) {
      throw new ParameterException(
          spec.commandLine(), "--monitor: is '%s', expected http://host:port".formatted(monitor));
    }
  }

  private static String list(List<URI> places) {
    return places.size() == 1
        ? places.getFirst().toString()
        : "%s to %s".formatted(places.getFirst(), places.getLast());
  }

  /** Who led last, as Kafka knows, since nobody else can be asked. */
  private String lastLeader(Instant now) {
    try {
      return LastLeader.of(options.cluster())
          .map(last ->
              "the last leader was monitor %s, epoch %s, last heard of %s ago"
                  .formatted(
                      last.heartbeat().monitor(),
                      last.heartbeat().epoch(),
                      StatusText.span(Duration.between(last.at(), now))))
          .orElse(
              "none has led for an hour; 'sluice status --from-kafka' reads what the journal knows");
    } catch (UnreachableException kafkaToo) {
      return "is the cluster running, and are these its ports? " + kafkaToo.getMessage();
    }
  }

  /**
   * The zones as the fold knows them; record after record, so that beside the commands no more than
   * one batch waits.
   */
  private Status ofJournal(Console console, Instant now) {
    if (!monitors.isEmpty() && spec != null) {
      throw new ParameterException(
          spec.commandLine(),
          "--monitor asks monitors, and --from-kafka, --bootstrap and --file read a journal: expected one of them");
    }
    return Status.of(zones(options.open(), now, console), now);
  }

  /** From the checkpoints on, if there are any, with the commands that are recorded. */
  private static SortedMap<ZoneId, ZoneState> zones(History history, Instant now, Console console) {
    SortedMap<ZoneId, ZoneState> zones = new TreeMap<>();
    Map<ZoneId, Checkpoint> kept = history.checkpoints(now);
    kept.forEach((zone, checkpoint) -> zones.put(zone, checkpoint.state()));
    Passage rest =
        kept.values().stream()
            .map(Checkpoint::time)
            .min(Comparator.naturalOrder())
            .map(Passage.ALL::since)
            .orElse(Passage.ALL);
    Map<CommandId, ScaleCommand> commands = new HashMap<>();
    try (RecordSource given = history.commands(rest);
        RecordSource journal = history.journal(rest)) {
      TopicReader.each(
          given,
          Topics.SCALE_COMMANDS,
          console::warn,
          entry -> commands.put(entry.value().id(), entry.value()));
      TopicReader.each(
          journal,
          Topics.JOURNAL,
          console::warn,
          entry -> {
            ZoneId zone = entry.value().zone();
            ZoneState before = zones.getOrDefault(zone, ZoneState.unknown(zone));
            if (entry.offset() > before.progress().offset()) {
              ZoneState after =
                  before.apply(new JournalRecord(entry.offset(), entry.time(), entry.value()));
              ScaleCommand command = commands.remove(new CommandId(zone, entry.offset()));
              zones.put(zone, command == null ? after : after.apply(command));
            }
          });
    }
    return zones;
  }
}
