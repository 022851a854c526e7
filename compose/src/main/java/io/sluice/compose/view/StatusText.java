package io.sluice.compose.view;

import io.sluice.compose.monitor.MonitorSurvey;
import io.sluice.schemas.event.Condition;
import io.sluice.schemas.fleet.ZoneCondition;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/** A status as lines for people. */
public final class StatusText {
  private StatusText() {}

  /** Prints it. */
  public static void print(Status status, PrintWriter out) {
    out.println(
        status
            .leader()
            .map(leader ->
                "leader: monitor %s, epoch %s%s"
                    .formatted(
                        leader.id(),
                        leader.epoch(),
                        leader
                            .since()
                            .map(since -> ", for " + span(Duration.between(since, status.at())))
                            .orElse("")))
            .orElse("leader: none"));
    status.warnings().forEach(warning -> out.printf("warning  %s%n", warning));
    for (MonitorSurvey.Line monitor : status.monitors()) {
      out.printf("monitor %d  %s  %s%n", monitor.id(), monitor.url(), describe(monitor));
      monitor.warnings().forEach(warning -> out.printf("  warning   %s%n", warning));
    }
    status.zones().forEach(zone -> print(zone, status.at(), out));
  }

  private static void print(Status.ZoneLine zone, Instant now, PrintWriter out) {
    out.printf("%n%s  %s%n", zone.zone(), Descriptions.describe(zone.policy()));
    if (zone.life().retiring()) {
      out.println("  retiring  its servers go when they have finished what they have");
    }
    zone.warnings().forEach(warning -> out.printf("  warning   %s%n", warning));
    Status.DecidedLine decided = zone.decided();
    decided
        .desired()
        .ifPresent(desired ->
            out.printf(
                "  wanted    %s%s%s%n",
                Descriptions.servers(desired),
                decided
                    .changedAt()
                    .map(at -> ", for " + span(Duration.between(at, now)))
                    .orElse(""),
                decided.decidedBy().map(by -> "; monitor " + by + " decides").orElse("")));
    if (zone.policy().dryRun()) {
      out.println("  dry run   decisions are recorded and not carried out");
    }
    decided.pauses().forEach(pause -> out.printf("  paused    %s%n", Descriptions.pause(pause)));
    decided.manual().ifPresent(hold -> out.printf("  manual    %s%n", Descriptions.hold(hold)));
    Status.LoadLine load = zone.observed();
    out.printf(
        "  load      %s (%d reporting)%s%n",
        Descriptions.load(load.load(), load.reporting()),
        load.reporting(),
        load.observedAt().map(at -> ", " + ago(at, now)).orElse(", never observed yet"));
    out.printf(
        "  balancer  %s%n",
        zone.balancer()
            .map(balancer -> "%s  %s".formatted(balancer.address(), word(balancer.state())))
            .orElse("none"));
    zone.servers()
        .forEach(server ->
            out.printf(
                "  server    %s  %-8s  %s%n", server.id(), word(server.state()), server.address()));
  }

  /** Trouble that a zone is in, in a line. */
  static String condition(ZoneCondition trouble, Instant now) {
    Condition condition = trouble.condition();
    return "%s%s: %s%s (since %s); %s"
        .formatted(
            condition.kind(),
            condition.server().map(server -> " of server " + server).orElse(""),
            condition.what(),
            condition.offset().map(offset -> ", at offset " + offset).orElse(""),
            ago(trouble.since(), now),
            condition.mend());
  }

  private static String describe(MonitorSurvey.Line monitor) {
    Optional<Integer> followed = monitor.leader().filter(leader -> leader != monitor.id());
    return monitor.phase() + followed.map(leader -> " monitor " + leader).orElse("");
  }

  private static String ago(Instant time, Instant now) {
    return span(Duration.between(time, now)) + " ago";
  }

  /**
   * A span of time in its two largest units, such as {@code 3 min 5 s}; what is below zero, since
   * two clocks differ, counts as none.
   */
  public static String span(Duration span) {
    long seconds = Math.max(0, span.toSeconds());
    if (seconds < 60) {
      return seconds + " s";
    }
    if (seconds < 3_600) {
      return pair(seconds, 60, "min", 1, "s");
    }
    return seconds < 86_400
        ? pair(seconds, 3_600, "h", 60, "min")
        : pair(seconds, 86_400, "d", 3_600, "h");
  }

  private static String pair(long seconds, long large, String name, long small, String rest) {
    long remainder = seconds % large / small;
    String first = seconds / large + " " + name;
    return remainder == 0 ? first : "%s %d %s".formatted(first, remainder, rest);
  }

  private static String word(Enum<?> state) {
    return state.name().toLowerCase(Locale.ROOT);
  }
}
