package io.sluice.compose.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.compose.cluster.ClusterException;
import io.sluice.compose.monitor.MonitorClient;
import io.sluice.compose.monitor.MonitorException;
import io.sluice.schemas.id.ServerId;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sluice logs}: what servers print. */
@Command(
    name = "logs",
    description = "Shows what the servers of a zone, or one server, printed; needs the token.",
    mixinStandardHelpOptions = true)
final class LogsCommand implements Callable<Integer> {
  private static final int TAIL_MAX = 1_000;
  private static final Duration PAUSE = Duration.ofSeconds(1);

  /** As long as another monitor needs to take over, and some more. */
  private static final int SILENT_ROUNDS_MAX = 15;

  @Spec private @Nullable CommandSpec spec;
  @Mixin private MonitorOptions monitor = new MonitorOptions();

  @Parameters(paramLabel = "ZONE|SERVER", description = "A zone, or a server such as zone1-4.")
  private String name = "";

  @Option(
      names = {"-f", "--follow"},
      description = "Goes on with what they print from now on, until the server is gone.")
  private boolean follow;

  @Option(
      names = {"-n", "--tail"},
      paramLabel = "N",
      defaultValue = "100",
      description = "How many lines of each server, the last ones, 1 to 1000; default: 100.")
  private int tail;

  @Option(
      names = "--json",
      description = "Prints the monitor's answer, one JSON object; not with --follow.")
  private boolean json;

  @Override
  public Integer call() throws InterruptedException {
    if (tail < 1 || tail > TAIL_MAX) {
      throw new ClusterException("--tail: is %d, expected 1 to %d".formatted(tail, TAIL_MAX));
    }
    if (json && follow) {
      throw new ClusterException("--json and --follow: expected one of them");
    }
    boolean zone = isZone();
    JsonNode first = ask((zone ? ofZone() : ofServer(name)) + "?tail=" + tail);
    if (json) {
      Console.of(spec).out().println(first);
      Console.of(spec).out().flush();
      return ExitCode.OK;
    }
    Map<String, String> places = new TreeMap<>();
    int shown = show(zone ? first.path("servers") : List.of(first), zone, places);
    for (JsonNode unread : first.path("unread")) {
      Console.of(spec)
          .warn(
              "server %s: %s"
                  .formatted(unread.path("server").asText(), unread.path("reason").asText()));
    }
    if (follow) {
      follow(zone, places);
      return ExitCode.OK;
    }
    return shown == 0 && !first.path("unread").isEmpty() ? ExitCode.FAILED : ExitCode.OK;
  }

  /** A zone may be called as a server of another one could be: then it is the zone. */
  private boolean isZone() {
    JsonNode zones = ask("/v1/zones");
    List<String> names =
        StreamSupport.stream(zones.spliterator(), false)
            .map(zone -> zone.path("id").asText())
            .toList();
    if (names.contains(name)) {
      return true;
    }
    try {
      ServerId server = ServerId.of(name);
      if (names.contains(server.zone().value())) {
        return false;
      }
    } catch (IllegalArgumentException neither) {
      throw unknown(names);
    }
    throw unknown(names);
  }

  private ClusterException unknown(List<String> zones) {
    return new ClusterException(
        "zone or server '%s': there is none; expected one of the zones %s, or one of their servers"
            .formatted(name, String.join(", ", zones)));
  }

  /** Shows new lines, each behind the name of its server if there may be several. */
  private int show(Iterable<JsonNode> logs, boolean zone, Map<String, String> places) {
    int shown = 0;
    for (JsonNode log : logs) {
      String server = log.path("server").asText();
      places.put(server, log.path("next").asText());
      for (JsonNode line : log.path("lines")) {
        Console.of(spec)
            .out()
            .println(zone ? "%s | %s".formatted(server, line.asText()) : line.asText());
      }
      shown++;
    }
    Console.of(spec).out().flush();
    return shown;
  }

  /** Goes on until the server is gone, or for ever with a zone. */
  private void follow(boolean zone, Map<String, String> places) throws InterruptedException {
    String home = zone ? name : ServerId.of(name).zone().value();
    int silent = 0;
    while (zone || !places.isEmpty()) {
      Thread.sleep(PAUSE);
      try {
        // Before they are read: of one that is gone by now all has been printed.
        Set<String> there = new TreeSet<>();
        ask(MonitorClient.ofZone(home)).path("servers").fieldNames().forEachRemaining(there::add);
        if (zone) {
          there.forEach(server -> places.putIfAbsent(server, ""));
        }
        for (String server : List.copyOf(places.keySet())) {
          more(server, zone, places);
          if (!there.contains(server)) {
            places.remove(server);
            Console.of(spec).warn("server %s is gone".formatted(server));
          }
        }
        silent = 0;
      } catch (MonitorException away) {
        silent++;
        if (silent > SILENT_ROUNDS_MAX || away.kind() == MonitorException.Kind.REFUSED) {
          throw away;
        }
      }
    }
  }

  /** Shows what is new, if anything is kept of the server. */
  private void more(String server, boolean zone, Map<String, String> places) {
    String after = URLEncoder.encode(places.getOrDefault(server, ""), StandardCharsets.UTF_8);
    try {
      JsonNode log = ask("%s?tail=%d&after=%s".formatted(ofServer(server), TAIL_MAX, after));
      if (log.path("earlier").asBoolean() && !after.isEmpty()) {
        Console.of(spec).warn("server %s printed more than is shown here".formatted(server));
      }
      show(List.of(log), zone, places);
    } catch (MonitorException refused) {
      if (refused.kind() != MonitorException.Kind.REFUSED) {
        throw refused;
      }
    }
  }

  private String ofZone() {
    return MonitorClient.ofZone(name, "logs");
  }

  private static String ofServer(String server) {
    return "/v1/servers/%s/logs".formatted(URLEncoder.encode(server, StandardCharsets.UTF_8));
  }

  private JsonNode ask(String path) {
    try (MonitorClient client = monitor.client()) {
      return client.ask("GET", path, "", monitor.authorized(Map.of())).tree();
    }
  }
}
