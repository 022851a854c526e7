package io.sluice.compose.whatif;

import io.sluice.schemas.codec.Decoded;
import io.sluice.schemas.config.ConfigException;
import io.sluice.schemas.config.Problem;
import io.sluice.schemas.event.FleetEvent;
import io.sluice.schemas.event.JournalRecord;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.policy.ZonePolicy;
import io.sluice.schemas.topic.Topics;
import io.sluice.topology.audit.RecordedCommands;
import io.sluice.topology.decide.JournalReader;
import io.sluice.topology.decide.ZoneState;
import io.sluice.topology.history.Checkpoint;
import io.sluice.topology.history.History;
import io.sluice.topology.history.Passage;
import io.sluice.topology.history.RawRecord;
import io.sluice.topology.history.RecordSource;
import io.sluice.topology.whatif.Comparison;
import io.sluice.topology.whatif.NamedPolicy;
import io.sluice.topology.whatif.Report;
import io.sluice.topology.whatif.WhatIf;
import io.sluice.topology.whatif.Workload;
import io.sluice.topology.whatif.ZoneRecording;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Policies side by side on the load that a zone's journal tells of, beside what really happened.
 * Records that are no facts are left out, as the fold leaves them out; a fact of a newer release
 * ends it.
 */
public final class HistoryWhatIf {
  /** As long as the longest window. */
  private static final Duration AROUND = ZonePolicy.WINDOW_MAX;

  private final History history;

  /** Nothing is read yet. */
  public HistoryWhatIf(History history) {
    this.history = history;
  }

  /**
   * The report of a comparison with nothing set but the policies.
   *
   * @param from the first moment; empty: the first observation
   * @param to the last moment; empty: the last observation
   * @throws ConfigException if the zone's journal tells of no load between these moments, or a rule
   *     goes by a metric that was not recorded
   */
  public Report report(
      List<NamedPolicy> policies, ZoneId zone, Optional<Instant> from, Optional<Instant> to) {
    return compare(policies, new Stretch(zone, from, to), Model.DEFAULT, Progress.NONE).report();
  }

  /**
   * Runs the policies on a stretch of the history.
   *
   * @throws ConfigException if the zone's journal tells of no load there, or a rule goes by a
   *     metric that was not recorded
   */
  public Comparison compare(
      List<NamedPolicy> policies, Stretch stretch, Model model, Progress progress) {
    ZoneRecording recording = recording(stretch, progress);
    Workload workload = recording.workload();
    WhatIf whatIf = whatIf(recording, workload, stretch, model);
    try (Progress.Task task = progress.begin("running", (policies.size() + 1) * whatIf.seconds())) {
      return whatIf.run(Optional.of(recording), policies, task::step);
    }
  }

  private static WhatIf whatIf(
      ZoneRecording recording, Workload workload, Stretch stretch, Model model) {
    try {
      return new WhatIf(
          workload,
          model.timings(recording.timings()),
          model.target(),
          stretch.from().orElse(workload.from()),
          stretch.to().orElse(workload.to()));
    } catch (IllegalArgumentException outside) {
      throw refused(
          "zone " + stretch.zone(),
          "%s to %s"
              .formatted(
                  stretch.from().orElse(workload.from()), stretch.to().orElse(workload.to())),
          Problem.expectation(outside));
    }
  }

  /** What the journal tells of the stretch and of {@link #AROUND} it: windows reach out of it. */
  private ZoneRecording recording(Stretch stretch, Progress progress) {
    ZoneId zone = stretch.zone();
    Instant begin = stretch.from().map(HistoryWhatIf::before).orElse(Instant.MIN);
    Instant end = stretch.to().map(HistoryWhatIf::after).orElse(Instant.MAX);
    Optional<Checkpoint> start = history.checkpoint(zone, begin, Long.MAX_VALUE);
    ZoneRecording recording =
        new ZoneRecording(
            start.map(Checkpoint::state).orElse(ZoneState.unknown(zone)),
            RecordedCommands.of(history, zone, start, end));
    Passage passage = Passage.of(zone).to(end);
    byte[] key = Topics.JOURNAL.key().encode(zone);
    try (RecordSource journal =
            history.journal(start.map(kept -> passage.first(kept.offset() + 1)).orElse(passage));
        Progress.Task task = progress.begin("reading", journal.size())) {
      for (List<RawRecord> some = journal.next(); !some.isEmpty(); some = journal.next()) {
        for (RawRecord raw : some) {
          if (Arrays.equals(key, raw.key()) && !raw.time().isAfter(end)) {
            add(raw, recording, raw.time().isBefore(begin));
          }
        }
        task.step(some.size());
      }
    }
    return recording;
  }

  private static Instant before(Instant time) {
    return time.isBefore(Instant.MIN.plus(AROUND)) ? Instant.MIN : time.minus(AROUND);
  }

  private static Instant after(Instant time) {
    return time.isAfter(Instant.MAX.minus(AROUND)) ? Instant.MAX : time.plus(AROUND);
  }

  private static void add(RawRecord raw, ZoneRecording recording, boolean early) {
    switch (JournalReader.read(raw.key(), raw.value())) {
      case Decoded.Value<FleetEvent>(FleetEvent event) -> {
        JournalRecord entry = new JournalRecord(raw.offset(), raw.time(), event);
        if (early) {
          recording.pass(entry);
        } else {
          recording.add(entry);
        }
      }
      case Decoded.UnknownType<FleetEvent>(String type) ->
          throw refused(
              "offset " + raw.offset(), "'" + type + "'", "a fact that this release knows");
      case Decoded.Malformed<FleetEvent> ignored -> {}
    }
  }

  private static ConfigException refused(String path, String value, String expected) {
    return new ConfigException("history", List.of(new Problem(path, value, expected)));
  }
}
