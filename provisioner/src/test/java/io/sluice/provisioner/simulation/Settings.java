package io.sluice.provisioner.simulation;

import io.sluice.provisioner.election.ElectionTimings;
import io.sluice.provisioner.plan.TermStart.Declaration;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.policy.CanaryPolicy;
import io.sluice.schemas.policy.ContainerTemplate;
import io.sluice.schemas.policy.Limits;
import io.sluice.schemas.policy.ScalingRule;
import io.sluice.schemas.policy.ServerTemplate;
import io.sluice.schemas.policy.Victims;
import io.sluice.schemas.policy.ZonePolicy;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What the clusters are configured with: everything a little shorter than in earnest. */
final class Settings {
  static final Duration STOP_GRACE = Duration.ofSeconds(1);
  static final Duration LIST_INTERVAL = Duration.ofSeconds(5);
  static final int SERVERS_MAX = 4;
  static final Duration SNAPSHOT_INTERVAL = Duration.ofSeconds(5);

  /** Heartbeats less often than by default, since they are most of what happens. */
  static final ElectionTimings TIMINGS =
      ElectionTimings.of(
          Duration.ofSeconds(2),
          Duration.ofMillis(SimulatedNetwork.ANSWER_TIMEOUT),
          Duration.ofMillis(300),
          Duration.ofSeconds(2));

  private static final ZonePolicy POLICY =
      new ZonePolicy(
          0,
          SERVERS_MAX,
          Duration.ofSeconds(1),
          List.of(ScalingRule.Threshold.DEFAULT),
          Limits.NONE,
          Victims.NEWEST,
          false,
          new CanaryPolicy(Duration.ofSeconds(4), 1, 2));

  private static final ServerTemplate TEMPLATE =
      new ServerTemplate(
          "image",
          Collections.emptySortedMap(),
          Optional.empty(),
          Optional.empty(),
          Duration.ofSeconds(5),
          Duration.ofSeconds(4));

  /** Its servers are never ready. */
  static final ServerTemplate BROKEN = TEMPLATE.withEnvironment(Map.of("RELEASE", "broken"));

  /** Its servers become ready, and fail a quarter of their requests. */
  static final ServerTemplate FAILING = TEMPLATE.withEnvironment(Map.of("RELEASE", "failing"));

  private Settings() {}

  /** One of the templates whose servers become ready. */
  static ServerTemplate release(long number) {
    return TEMPLATE.withEnvironment(Map.of("RELEASE", Long.toString(number)));
  }

  /** No server of it can be asked for its health. */
  static final ServerTemplate UNASKABLE =
      new ServerTemplate(
          "image",
          Collections.emptySortedMap(),
          Optional.empty(),
          Optional.empty(),
          Duration.ofSeconds(5),
          Duration.ofSeconds(4),
          "/health?x={id}",
          ContainerTemplate.DEFAULT);

  /** Whether no server made of it ever becomes ready. */
  static boolean broken(ServerTemplate template) {
    return template.equals(BROKEN) || template.equals(UNASKABLE);
  }

  static List<Declaration> declarations(List<ZoneId> zones) {
    return zones.stream().map(zone -> new Declaration(zone, POLICY, TEMPLATE)).toList();
  }
}
