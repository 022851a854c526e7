package io.sluice.topology.stream;

import io.sluice.schemas.codec.Decoded;
import io.sluice.schemas.event.FleetEvent;
import io.sluice.schemas.event.FleetEvent.LoadObserved;
import io.sluice.schemas.fleet.Zone;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.metric.BalancerMetrics;
import io.sluice.schemas.topic.Topics;
import io.sluice.topology.decide.ZoneState;
import io.sluice.topology.observe.Flaws;
import io.sluice.topology.observe.Pane;
import io.sluice.topology.observe.PaneCodec;
import io.sluice.topology.observe.ZoneWindow;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.metrics.Sensor;
import org.apache.kafka.streams.processor.Cancellable;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Second half of observe: merges the panes of all metrics partitions by zone, and writes one
 * observation per declared zone and second to the journal.
 *
 * <p>Its windows are soft, see {@link ZoneWindow}. Which zones there are, which of their servers
 * are ready and how far back to look it sees in the states of {@link DecideProcessor}, anew for
 * every observation.
 */
public final class ObserveProcessor implements OnContext.Work<byte[], byte[]> {
  /** Zones of which one falls silent a little after the other are looked at together. */
  static final Duration LOOK_MIN = Duration.ofMillis(50);

  /** How often it is looked for zones of which no server has reported yet. */
  static final Duration DISCOVERY_INTERVAL = Duration.ofSeconds(1);

  private static final Logger LOG = LoggerFactory.getLogger(ObserveProcessor.class);
  private static final PaneCodec PANES = new PaneCodec();
  private static final String SOURCE = "/observe/";

  private final ProcessorContext<ZoneId, FleetEvent> context;
  private final ZoneStores stores;
  private final PromptCommits commits;
  private final Sensor dropped;
  private final Sensor impossible;
  private final Map<ZoneId, FlawReports> reports = new HashMap<>();
  private final Map<ZoneId, ZoneWindow> windows = new HashMap<>();

  /**
   * Runs to when the first zone would be silent for too long, and not more often: Kafka Streams
   * commits after each timer that fires, whatever comes of it. No zone is in a hurry that it does
   * not know of, since none falls silent sooner than from now on.
   */
  private Cancellable timer;

  private final FactNumbers numbers = new FactNumbers(SOURCE);

  private ObserveProcessor(
      ProcessorContext<ZoneId, FleetEvent> context, ZoneStores stores, PromptCommits commits) {
    this.context = context;
    this.stores = stores;
    this.commits = commits;
    this.dropped = Counters.add(context, "observe", "dropped-metrics");
    this.impossible = Counters.add(context, "observe", "impossible-figures");
    this.timer = look(ZoneWindow.SILENCE);
    context.schedule(DISCOVERY_INTERVAL, PunctuationType.WALL_CLOCK_TIME, ignored -> discover());
  }

  /** A processor for one partition. */
  public static Processor<byte[], byte[], ZoneId, FleetEvent> create(
      ZoneStores stores, PromptCommits commits) {
    return new OnContext<>(context -> new ObserveProcessor(context, stores, commits));
  }

  @Override
  public void on(Record<byte[], byte[]> record) {
    ZoneId id = Topics.ZONE_KEY.decode(record.key()).orElseThrow(MalformedRecordException::new);
    if (BalancerReports.isOne(record.value())) {
      BalancerMetrics report =
          BalancerReports.unpacked(record.value()).orElseThrow(MalformedRecordException::new);
      long second = Pane.secondOf(record.timestamp());
      window(id).ifPresent(window -> window.add(report, second, context.currentSystemTimeMs()));
      return;
    }
    switch (PANES.decode(record.value())) {
      case Decoded.Value<Pane>(Pane pane) -> window(id).ifPresent(window -> add(pane, id, window));
      // Written by a later release that runs beside this one; panes are soft, the next ones come.
      case Decoded.UnknownType<Pane> ignored -> {}
      case Decoded.Malformed<Pane>(String problem) -> throw new MalformedRecordException(problem);
    }
  }

  private void add(Pane pane, ZoneId id, ZoneWindow window) {
    long now = context.currentSystemTimeMs();
    if (window.endsWith(pane, now)) {
      observe(id, window, now);
    }
    try {
      window.add(pane, now);
    } catch (RuntimeException fault) {
      LOG.error("a pane of zone {} can't be taken in: its window begins anew", id, fault);
      window.clear(now);
    }
    if (window.complete(now)) {
      observe(id, window, now);
    }
  }

  /** Counts what was left out, and tells the zone's journal when that begins and ends. */
  private void tellFlaws(Zone zone, ZoneWindow window, long now) {
    Flaws.Left left = window.flaws().take();
    if (left.dropped() > 0) {
      dropped.record((double) left.dropped());
    }
    if (left.impossible() > 0) {
      impossible.record((double) left.impossible());
    }
    reports
        .computeIfAbsent(zone.id(), id -> new FlawReports(now))
        .after(zone, left, now)
        .forEach(fact -> {
          LOG.warn("zone {}: {}", zone.id(), fact);
          tell(fact, now);
        });
  }

  private void tell(FleetEvent fact, long now) {
    context.forward(new Record<>(fact.zone(), fact, now, numbers.next(fact)));
    commits.written(context);
  }

  @Override
  public void end() {
    context.metrics().removeSensor(dropped);
    context.metrics().removeSensor(impossible);
  }

  /** The zone's window; none if the zone is not declared, since its servers are then nobody's. */
  private Optional<ZoneWindow> window(ZoneId id) {
    ZoneWindow window = windows.get(id);
    return window != null ? Optional.of(window) : stores.of(context).state(id).flatMap(this::begin);
  }

  private Optional<ZoneWindow> begin(ZoneState state) {
    Zone zone = state.zone();
    return zone.declared()
        ? Optional.of(
            windows.computeIfAbsent(
                zone.id(), id -> new ZoneWindow(zone, context.currentSystemTimeMs())))
        : Optional.empty();
  }

  private void discover() {
    List<ZoneState> known = new ArrayList<>();
    stores.of(context).forEach(known::add);
    known.forEach(this::begin);
  }

  private void observeSilent() {
    long now = context.currentSystemTimeMs();
    // A copy, since what is seen of a zone may be that it is gone.
    List.copyOf(windows.entrySet())
        .forEach(entry -> {
          if (entry.getValue().overdue(now)) {
            observe(entry.getKey(), entry.getValue(), now);
          }
        });
    timer.cancel();
    timer =
        look(
            windows.values().stream()
                .map(window -> window.patience(now))
                .min(Comparator.naturalOrder())
                .orElse(ZoneWindow.SILENCE));
  }

  private Cancellable look(Duration patience) {
    return context.schedule(
        patience.compareTo(LOOK_MIN) < 0 ? LOOK_MIN : patience,
        PunctuationType.WALL_CLOCK_TIME,
        ignored -> observeSilent());
  }

  private void observe(ZoneId id, ZoneWindow window, long now) {
    Optional<ZoneState> state = stores.of(context).state(id);
    if (state.isEmpty()) {
      // A later release has it in hand, and observes it.
      return;
    }
    if (!state.get().zone().declared()) {
      windows.remove(id);
      reports.remove(id);
      return;
    }
    observation(state.get(), window, now).ifPresent(observed -> tell(observed, now));
    tellFlaws(state.get().zone(), window, now);
  }

  /** What is to be seen of a zone; a fault in that is this zone's, whose window begins anew. */
  private Optional<LoadObserved> observation(ZoneState state, ZoneWindow window, long now) {
    try {
      return Optional.of(window.observe(state.zone(), Instant.ofEpochMilli(now), now));
    } catch (RuntimeException fault) {
      LOG.error("zone {} can't be observed: its window begins anew", state.zone().id(), fault);
      window.clear(now);
      return Optional.empty();
    }
  }
}
