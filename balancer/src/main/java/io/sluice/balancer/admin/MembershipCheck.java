package io.sluice.balancer.admin;

import io.helidon.health.HealthCheck;
import io.helidon.health.HealthCheckResponse;
import io.helidon.health.HealthCheckType;
import io.sluice.balancer.membership.MembershipState;
import java.util.List;

/**
 * Says from where the membership is. A balancer without Kafka is as healthy as before, since it
 * goes on serving: what is wrong stands in the details.
 */
final class MembershipCheck implements HealthCheck {
  private final Operations operations;

  MembershipCheck(Operations operations) {
    this.operations = operations;
  }

  @Override
  public HealthCheckType type() {
    return HealthCheckType.READINESS;
  }

  @Override
  public String name() {
    return "membership";
  }

  @Override
  public HealthCheckResponse call() {
    MembershipState state = operations.membership();
    HealthCheckResponse.Builder answer =
        HealthCheckResponse.builder()
            .status(state.source() != MembershipState.Source.NOWHERE)
            .detail("source", state.source().word())
            .detail("kafka", state.kafka());
    List<ZoneStatus> zones = operations.zones();
    if (zones.size() > 1) {
      zones.forEach(zone ->
          answer.detail(
              zone.zone().toString(),
              "%s, %d alive".formatted(zone.membership(), zone.servers().alive())));
    }
    if (!state.fresh()) {
      answer.detail("warning", "Kafka does not answer, the last known servers are used");
    }
    return answer.build();
  }
}
