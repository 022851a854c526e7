package io.sluice.provisioner.leadership;

import static org.awaitility.Awaitility.await;

import io.sluice.provisioner.Samples;
import io.sluice.provisioner.plan.TermStart;
import io.sluice.provisioner.secret.Vault;
import io.sluice.schemas.event.FleetEvent;
import io.sluice.schemas.id.MonitorId;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.policy.ZonePolicy;
import io.sluice.schemas.supervision.Loops;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** An office in which monitor 1 leads {@code zone1}, over topics and a fleet in memory. */
public final class LeadingMonitor implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final FakeTopics topics = new FakeTopics();
  private final Leadership office;

  public LeadingMonitor() {
    this(Vault.NONE);
  }

  public LeadingMonitor(Vault vault) {
    LeadershipSettings settings =
        new LeadershipSettings(
            new MonitorId(1),
            URI.create("http://127.0.0.1:8080"),
            List.of(
                new TermStart.Declaration(
                    new ZoneId("zone1"), ZonePolicy.DEFAULT, Samples.TEMPLATE)),
            true,
            Map.of(),
            Duration.ofMillis(600),
            Duration.ofSeconds(1),
            Duration.ofSeconds(30));
    FakeFleet fleet = new FakeFleet(URI.create("http://127.0.0.1:1"));
    Loops loops =
        new Loops((loop, cause) -> {
          throw new AssertionError(loop + " can't go on", cause);
        });
    office =
        new Leadership(
            settings,
            topics,
            Leadership.Means.of(fleet, new FakeSnapshots(), vault),
            List.of(),
            loops);
    Seeking.start(office);
    await().atMost(PATIENCE).until(() -> office.state().leads());
  }

  public Leadership office() {
    return office;
  }

  /** All facts by their offsets. */
  public List<FleetEvent> journal() {
    return topics.journal();
  }

  /** Lets somebody else write a fact, and waits until the leader has read it. */
  public void somebodyWrites(FleetEvent fact) {
    topics.write(fact);
    int end = topics.journal().size();
    await().atMost(PATIENCE).until(() -> office.state().offsets().getOrDefault(0, 0L) >= end);
  }

  /** Somebody else takes office and writes nothing yet. */
  public void fence() {
    topics.fence();
  }

  @Override
  public void close() {
    office.close();
  }
}
