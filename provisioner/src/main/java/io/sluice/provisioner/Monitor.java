package io.sluice.provisioner;

import io.helidon.health.HealthCheck;
import io.helidon.health.HealthCheckResponse;
import io.helidon.health.HealthCheckType;
import io.sluice.provisioner.api.ApiServer;
import io.sluice.provisioner.api.Decisions;
import io.sluice.provisioner.api.MonitorApi;
import io.sluice.provisioner.fleet.ServerFleet;
import io.sluice.provisioner.fleet.ServerSpec;
import io.sluice.provisioner.fleet.process.ProcessFleet;
import io.sluice.provisioner.office.FleetWatch;
import io.sluice.provisioner.office.KafkaLedger;
import io.sluice.provisioner.office.KafkaSettings;
import io.sluice.provisioner.office.Office;
import io.sluice.provisioner.office.OfficeSettings;
import io.sluice.provisioner.office.OfficeState;
import io.sluice.provisioner.office.SnapshotKeeping;
import io.sluice.provisioner.plan.Inauguration;
import io.sluice.provisioner.snapshot.RedisSnapshots;
import io.sluice.provisioner.snapshot.Snapshots;
import io.sluice.provisioner.watch.BalancerPlace;
import io.sluice.provisioner.watch.BalancerWatch;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * A running monitor: seeks the office, and answers over HTTP whether or not it leads. Its servers
 * outlive it.
 */
public final class Monitor implements AutoCloseable {
  private final Office office;
  private final Snapshots snapshots;
  private final MonitorApi calls;
  private final ApiServer api;

  private Monitor(Office office, Snapshots snapshots, MonitorApi calls, ApiServer api) {
    this.office = office;
    this.snapshots = snapshots;
    this.calls = calls;
    this.api = api;
  }

  /** The fleet that the configuration describes. */
  public static ProcessFleet fleet(MonitorConfig config) {
    return new ProcessFleet(config.processes());
  }

  /**
   * Starts a monitor over a fleet that stays its owner's to close.
   *
   * @param decisions answers questions about decisions
   * @throws IOException if nobody can listen where it is to
   */
  public static Monitor start(MonitorConfig config, ServerFleet fleet, Decisions decisions)
      throws IOException {
    Snapshots snapshots = config.redis().<Snapshots>map(RedisSnapshots::at).orElse(Snapshots.NONE);
    KafkaSettings kafka =
        new KafkaSettings(
            config.bootstrap(),
            KafkaSettings.NAME_DEFAULT,
            config.id(),
            config.timings().transactionTimeout());
    Office office =
        new Office(
            settings(config),
            () -> KafkaLedger.connect(kafka),
            fleet,
            snapshots,
            List.of(
                new FleetWatch(fleet),
                balancers(config),
                new SnapshotKeeping(snapshots, config.timings().snapshotInterval())));
    MonitorApi calls = new MonitorApi(config.id(), office, decisions, config.token());
    try {
      ApiServer api =
          ApiServer.open(config.host(), config.port(), calls, health(office, snapshots));
      office.start();
      return new Monitor(office, snapshots, calls, api);
    } catch (IOException failed) {
      calls.close();
      snapshots.close();
      throw failed;
    }
  }

  private static OfficeSettings settings(MonitorConfig config) {
    return new OfficeSettings(
        config.id(),
        config.url(),
        config.zones().stream()
            .map(zone -> new Inauguration.Declaration(zone.zone(), zone.policy(), zone.template()))
            .toList(),
        Map.of(ServerSpec.BOOTSTRAP, config.bootstrap()),
        config.timings().transactionTimeout(),
        config.timings().stopGrace(),
        config.timings().listInterval());
  }

  private static BalancerWatch balancers(MonitorConfig config) {
    return new BalancerWatch(
        config.zones().stream()
            .map(zone -> new BalancerPlace(zone.zone(), zone.balancer(), zone.balancerAdmin()))
            .toList(),
        config.url(),
        config.token(),
        config.timings().balancerInterval());
  }

  private static List<HealthCheck> health(Office office, Snapshots snapshots) {
    return List.of(
        check(
            "office",
            () -> {
              OfficeState state = office.state();
              HealthCheckResponse.Builder answer =
                  HealthCheckResponse.builder()
                      .detail("leader", state.leads())
                      .status(state.leads());
              state.trouble().ifPresent(trouble -> answer.detail("trouble", trouble));
              state.term().ifPresent(epoch -> answer.detail("epoch", epoch.value()));
              return answer.build();
            }),
        // Without Redis everything goes on: a warning, not an outage.
        check(
            "redis",
            () -> {
              HealthCheckResponse.Builder answer = HealthCheckResponse.builder().status(true);
              snapshots.trouble().ifPresent(trouble -> answer.detail("warning", trouble));
              return answer.build();
            }));
  }

  private static HealthCheck check(String name, Supplier<HealthCheckResponse> answer) {
    return new HealthCheck() {
      @Override
      public HealthCheckType type() {
        return HealthCheckType.READINESS;
      }

      @Override
      public String name() {
        return name;
      }

      @Override
      public HealthCheckResponse call() {
        return answer.get();
      }
    };
  }

  /** What it knows, and whether it leads. */
  public OfficeState state() {
    return office.state();
  }

  /** The port at which it answers. */
  public int port() {
    return api.port();
  }

  /** Leaves office in order and stops answering; the servers go on running. */
  @Override
  public void close() {
    office.close();
    api.close();
    calls.close();
    snapshots.close();
  }
}
