package io.sluice.compose.cli;

import io.sluice.compose.whatif.Model;
import io.sluice.compose.whatif.Stretch;
import io.sluice.schemas.config.Section;
import io.sluice.schemas.id.ZoneId;
import io.sluice.topology.whatif.FleetTimings;
import io.sluice.topology.whatif.WhatIf;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * What the model is told about a load and a fleet. The values are read as configurations are, so
 * that all that is wrong is said at once.
 */
final class WhatIfOptions {
  private static final String CAPACITY = "--servers-capacity";
  private static final String START_UP = "--start-up";
  private static final String DRAIN = "--drain";
  private static final String TARGET = "--target";
  private static final String ZONE = "--zone";
  private static final String FROM = "--from";
  private static final String TO = "--to";

  private static final ZoneId ZONE_DEFAULT = new ZoneId("zone1");
  private static final double NUMBER_MIN = 1e-9;
  private static final double CAPACITY_MAX = 1e15;
  private static final double TARGET_MAX = 1_000;

  private final Map<String, String> given = new TreeMap<>();

  @Option(
      names = {CAPACITY, "--server-capacity"},
      paramLabel = "N",
      description = "With a trace: how much of it one server does at 100 percent.")
  void capacity(@Nullable String text) {
    give(CAPACITY, text);
  }

  @Option(
      names = START_UP,
      paramLabel = "DURATION",
      description = "How long servers take to become ready; default: as recorded, or 10s.")
  void startUp(@Nullable String text) {
    give(START_UP, text);
  }

  @Option(
      names = DRAIN,
      paramLabel = "DURATION",
      description = "How long servers take to go; default: as recorded, or 5s.")
  void drain(@Nullable String text) {
    give(DRAIN, text);
  }

  @Option(
      names = TARGET,
      paramLabel = "PERCENT",
      description = "The load that is not to be exceeded, in percent of capacity; default: 80.")
  void target(@Nullable String text) {
    give(TARGET, text);
  }

  @Option(names = ZONE, paramLabel = "ZONE", description = "Whose history; default: zone1.")
  void zone(@Nullable String text) {
    give(ZONE, text);
  }

  @Option(names = FROM, paramLabel = "TIME", description = "The first moment of the history.")
  void from(@Nullable String text) {
    give(FROM, text);
  }

  @Option(names = TO, paramLabel = "TIME", description = "The last moment of the history.")
  void to(@Nullable String text) {
    give(TO, text);
  }

  private void give(String option, @Nullable String text) {
    if (text != null) {
      given.put(option, text);
    }
  }

  /** What was given, to be read; problems are noted in it. */
  Section section() {
    return Section.ofValues(given);
  }

  static Model model(Section section) {
    double target = section.decimal(TARGET, WhatIf.TARGET_DEFAULT, NUMBER_MIN, TARGET_MAX);
    return new Model(duration(section, START_UP), duration(section, DRAIN), target);
  }

  private static Optional<Duration> duration(Section section, String key) {
    Duration value = section.duration(key, Duration.ZERO, Duration.ZERO, FleetTimings.MAX);
    return section.has(key) ? Optional.of(value) : Optional.empty();
  }

  /** The capacity for a trace, which must be given; what belongs to a history must not. */
  static double capacity(Section section) {
    if (!section.has(CAPACITY)) {
      section.note(CAPACITY, "(none)", "how much of the trace one server does at 100 percent");
    }
    for (String key : new String[] {ZONE, FROM, TO}) {
      if (section.has(key)) {
        section.note(key, "given with --trace", "one of the two: a trace has no zone and is whole");
      }
    }
    return section.decimal(CAPACITY, 1, NUMBER_MIN, CAPACITY_MAX);
  }

  /** The part of the history; the capacity of its servers is recorded and must not be given. */
  static Stretch stretch(Section section) {
    if (section.has(CAPACITY)) {
      section.note(CAPACITY, "given without --trace", "it with --trace only");
    }
    return new Stretch(
        section.value(ZONE, ZoneId::new).orElse(ZONE_DEFAULT),
        section.value(FROM, WhatIfOptions::instant),
        section.value(TO, WhatIfOptions::instant));
  }

  private static Instant instant(String text) {
    return Moment.read(text, Instant.now())
        .orElseThrow(() -> new IllegalArgumentException("expected a time: " + Moment.FORMS));
  }
}
