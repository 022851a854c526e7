package io.sluice.compose.bench;

import io.sluice.schemas.codec.Decoded;
import io.sluice.schemas.event.Actor;
import io.sluice.schemas.event.FleetEvent;
import io.sluice.schemas.event.FleetEvent.LoadObserved;
import io.sluice.schemas.event.FleetEvent.PolicyChanged;
import io.sluice.schemas.event.FleetEvent.ServerReady;
import io.sluice.schemas.event.FleetEvent.ServerStarted;
import io.sluice.schemas.event.FleetEvent.ZoneDeclared;
import io.sluice.schemas.event.JournalRecord;
import io.sluice.schemas.fleet.Zone;
import io.sluice.schemas.id.CommandId;
import io.sluice.schemas.id.Epoch;
import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.metric.HealthStatus;
import io.sluice.schemas.metric.Metric;
import io.sluice.schemas.metric.ServerMetrics;
import io.sluice.schemas.policy.Limits;
import io.sluice.schemas.policy.ScalingRule.Target;
import io.sluice.schemas.policy.Victims;
import io.sluice.schemas.policy.ZonePolicy;
import io.sluice.schemas.topic.Topics;
import io.sluice.topology.observe.OpenPane;
import io.sluice.topology.observe.Pane;
import io.sluice.topology.observe.PaneCodec;
import io.sluice.topology.observe.ZoneWindow;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;

/**
 * How many reports a second one core observes, from bytes to observations: read, summed, packed
 * into panes, unpacked, merged into windows, observed once a second and zone. Beside it runs a
 * reader that only decodes the same bytes. All of it in memory; what Kafka costs is not in it.
 */
public final class ObserveBench {
  private static final int SERVERS_A_ZONE = 1_000;
  private static final int SECONDS = 12;
  private static final int WARM_UPS = 1;
  private static final int ROUNDS = 3;
  private static final long MILLIS = 1_000;
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final PaneCodec PANES = new PaneCodec();

  private final List<Integer> sizes;
  private final Consumer<String> progress;

  /**
   * For fleets of these sizes.
   *
   * @param sizes numbers of servers, each 1 or more
   * @param progress is told in one line about each step
   */
  public ObserveBench(List<Integer> sizes, Consumer<String> progress) {
    this.sizes = List.copyOf(sizes);
    this.progress = progress;
  }

  /**
   * What came out for a fleet.
   *
   * @param servers how many report, once a second
   * @param observed reports a second that were observed
   * @param decoded reports a second that were only decoded
   * @param bytesAServer what is kept of a server in windows of ten seconds and one metric that a
   *     rule names, beside two that none does
   */
  public record Fleet(int servers, double observed, double decoded, double bytesAServer) {}

  /** Runs it. */
  public List<Fleet> run() {
    List<Fleet> rows = new ArrayList<>();
    for (int servers : sizes) {
      progress.accept("%,d servers".formatted(servers));
      rows.add(row(servers));
    }
    return rows;
  }

  private static Fleet row(int servers) {
    int zones = Math.ceilDiv(servers, SERVERS_A_ZONE);
    List<Zone> fleet = new ArrayList<>();
    for (int i = 0; i < zones; i++) {
      fleet.add(zone(i, Math.min(SERVERS_A_ZONE, servers - i * SERVERS_A_ZONE)));
    }
    List<List<byte[]>> reports =
        IntStream.range(0, SECONDS)
            .mapToObj(second -> reports(fleet, START.plusMillis(second * MILLIS)))
            .toList();
    long before = used();
    Observing kept = new Observing(fleet);
    kept.run(reports);
    double bytes = (double) (used() - before) / servers;
    require(kept.observations() > 0);
    List<LongSupplier> candidates =
        List.of(() -> new Observing(fleet).run(reports), () -> decode(reports));
    List<Double> rates = new Rounds(WARM_UPS, ROUNDS).medians(candidates);
    return new Fleet(servers, rates.get(0), rates.get(1), bytes);
  }

  /** What all servers report in a second. */
  private static List<byte[]> reports(List<Zone> fleet, Instant at) {
    return fleet.stream()
        .flatMap(zone ->
            zone.servers().keySet().stream()
                .map(server -> Topics.METRICS.value().encode(report(server, at))))
        .toList();
  }

  private static ServerMetrics report(ServerId server, Instant at) {
    long number = server.number();
    return new ServerMetrics(
        server,
        at,
        HealthStatus.HEALTHY,
        new TreeMap<>(
            Map.of(
                Metric.CPU, 20.25 + number % 60,
                Metric.MEMORY, 40.5,
                Metric.THROUGHPUT, 100.0 + number % 7)));
  }

  private static Zone zone(int index, int servers) {
    ZoneId id = new ZoneId("zone" + (index + 1));
    Actor actor = new Actor("bench");
    ZonePolicy policy =
        new ZonePolicy(
            1,
            SERVERS_A_ZONE,
            ZonePolicy.WINDOW_DEFAULT,
            List.of(new Target(Metric.CPU, 50, 0.1)),
            Limits.NONE,
            Victims.NEWEST,
            false);
    List<FleetEvent> facts = new ArrayList<>();
    facts.add(new ZoneDeclared(id, START, actor));
    facts.add(new PolicyChanged(id, START, 1, policy, actor));
    for (int number = 1; number <= servers; number++) {
      facts.add(
          new ServerStarted(
              id,
              START,
              id.server(number),
              new CommandId(id, 0),
              URI.create("http://bench.invalid:80"),
              "bench",
              Epoch.NONE));
      facts.add(new ServerReady(id, START, id.server(number)));
    }
    Zone zone = Zone.unknown(id);
    long offset = 0;
    for (FleetEvent fact : facts) {
      // Long ago, so that no server warms up.
      zone = zone.apply(new JournalRecord(offset++, START.minusSeconds(3_600), fact));
    }
    return zone;
  }

  /** Both halves of observe. */
  private static final class Observing {
    private final OpenPane open = new OpenPane();
    private final Map<ZoneId, Zone> zones = new TreeMap<>();
    private final Map<ZoneId, ZoneWindow> windows = new TreeMap<>();
    private long observations;

    Observing(List<Zone> fleet) {
      for (Zone zone : fleet) {
        zones.put(zone.id(), zone);
        windows.put(zone.id(), new ZoneWindow(zone, START.toEpochMilli()));
      }
    }

    long observations() {
      return observations;
    }

    long run(List<List<byte[]>> reports) {
      long taken = 0;
      for (int second = 0; second < reports.size(); second++) {
        long now = START.toEpochMilli() + second * MILLIS;
        if (open.endsBefore(now)) {
          close(now);
        }
        for (byte[] bytes : reports.get(second)) {
          if (Topics.METRICS.value().decode(bytes)
              instanceof Decoded.Value<ServerMetrics>(ServerMetrics report)) {
            var _ = open.add(report, now, now);
            taken++;
          }
        }
      }
      return taken;
    }

    private void close(long now) {
      open.close()
          .forEach((id, panes) -> {
            ZoneWindow window = windows.get(id);
            Zone zone = zones.get(id);
            if (window == null || zone == null) {
              throw new IllegalStateException("zone %s reports, and is none".formatted(id));
            }
            for (Pane pane : panes) {
              byte[] packed = PANES.encode(pane);
              window.add(PANES.decode(packed).orElseThrow(IllegalStateException::new), now);
            }
            LoadObserved seen = window.observe(zone, Instant.ofEpochMilli(now), now);
            observations += seen.reporting() > 0 ? 1 : 0;
          });
    }
  }

  private static long decode(List<List<byte[]>> reports) {
    long read = 0;
    for (List<byte[]> second : reports) {
      for (byte[] bytes : second) {
        if (Topics.METRICS.value().decode(bytes) instanceof Decoded.Value<ServerMetrics>) {
          read++;
        }
      }
    }
    return read;
  }

  private static long used() {
    Runtime runtime = Runtime.getRuntime();
    for (int i = 0; i < 3; i++) {
      System.gc();
    }
    return runtime.totalMemory() - runtime.freeMemory();
  }

  private static void require(boolean observed) {
    if (!observed) {
      throw new IllegalStateException("nothing was observed");
    }
  }
}
