package io.sluice.compose.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.sluice.compose.kafka.Entry;
import io.sluice.compose.kafka.TopicReader;
import io.sluice.compose.monitor.MonitorSurvey;
import io.sluice.compose.view.Status;
import io.sluice.compose.view.Story;
import io.sluice.schemas.codec.Json;
import io.sluice.schemas.event.FleetEvent;
import io.sluice.schemas.event.JournalRecord;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.topic.Topics;
import io.sluice.topology.decide.ZoneState;
import io.sluice.topology.history.RecordSource;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Shows a cluster at a glance. */
@Command(
    name = "status",
    description = "Shows who leads, and each zone's load, servers and balancer.",
    mixinStandardHelpOptions = true)
final class StatusCommand implements Callable<Integer> {
  @Spec private @Nullable CommandSpec spec;
  @Mixin private HistoryOptions options = new HistoryOptions();

  @Option(names = "--json", description = "Prints one JSON object.")
  private boolean json;

  @Override
  public Integer call() throws JsonProcessingException {
    Console console = Console.of(spec);
    Status status = Status.of(zones(console)).with(monitors());
    if (json) {
      console.out().println(Json.mapper().writeValueAsString(status));
    } else {
      print(status, Map.of(), console.out());
    }
    return ExitCode.OK;
  }

  private List<MonitorSurvey.Line> monitors() {
    try (MonitorSurvey survey = new MonitorSurvey()) {
      return survey.of(options.monitors());
    }
  }

  /** The zones as the fold knows them: it knows of pauses and holds, too. */
  private SortedMap<ZoneId, ZoneState> zones(Console console) {
    try (RecordSource journal = options.open().journal()) {
      SortedMap<ZoneId, ZoneState> zones = new TreeMap<>();
      for (Entry<FleetEvent> entry :
          TopicReader.entries(journal, Topics.JOURNAL, _ -> true, console::warn)) {
        ZoneId id = entry.value().zone();
        zones.put(
            id,
            zones
                .getOrDefault(id, ZoneState.unknown(id))
                .apply(new JournalRecord(entry.offset(), entry.time(), entry.value())));
      }
      return zones;
    }
  }

  /**
   * Prints a status.
   *
   * @param desired per zone how many servers it was to have, where that is known
   */
  static void print(Status status, Map<ZoneId, Integer> desired, PrintWriter out) {
    out.println(
        status
            .leader()
            .map(leader -> "leader: monitor %s, epoch %s".formatted(leader.id(), leader.epoch()))
            .orElse("leader: none yet"));
    for (MonitorSurvey.Line monitor : status.monitors()) {
      out.printf("monitor %d  %s  %s%n", monitor.id(), monitor.url(), describe(monitor));
      monitor.warnings().forEach(warning -> out.printf("  warning  %s%n", warning));
    }
    for (Status.ZoneLine zone : status.zones()) {
      out.printf("%n%s  %s%n", zone.zone(), Story.describe(zone.policy()));
      if (desired.containsKey(zone.zone())) {
        out.printf("  wanted    %d%n", desired.get(zone.zone()));
      }
      if (zone.policy().dryRun()) {
        out.println("  dry run   decisions are recorded and not carried out");
      }
      zone.pauses().forEach(pause -> out.printf("  paused    %s%n", Story.pause(pause)));
      zone.manual().ifPresent(hold -> out.printf("  manual    %s%n", Story.hold(hold)));
      out.printf("  load      %s (%d reporting)%n", Story.load(zone.load()), zone.reporting());
      out.printf(
          "  balancer  %s%n",
          zone.balancer()
              .map(balancer -> "%s  %s".formatted(balancer.address(), word(balancer.state())))
              .orElse("none"));
      zone.servers()
          .forEach(server ->
              out.printf(
                  "  server    %s  %-8s  %s%n",
                  server.id(), word(server.state()), server.address()));
    }
  }

  private static String describe(MonitorSurvey.Line monitor) {
    String kafka = monitor.kafka() ? "" : ", Kafka does not answer it";
    boolean follows = monitor.leader().filter(leader -> leader != monitor.id()).isPresent();
    return monitor.phase() + (follows ? " monitor " + monitor.leader().orElseThrow() : "") + kafka;
  }

  private static String word(Enum<?> state) {
    return state.name().toLowerCase(Locale.ROOT);
  }
}
