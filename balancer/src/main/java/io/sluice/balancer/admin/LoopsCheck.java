package io.sluice.balancer.admin;

import io.helidon.health.HealthCheck;
import io.helidon.health.HealthCheckResponse;
import io.helidon.health.HealthCheckType;
import io.sluice.schemas.supervision.LoopState;
import java.util.List;
import java.util.stream.Collectors;

/** Says of each loop when it last turned; one that does not turn is an illness. */
final class LoopsCheck implements HealthCheck {
  private final Operations operations;

  LoopsCheck(Operations operations) {
    this.operations = operations;
  }

  @Override
  public HealthCheckType type() {
    return HealthCheckType.READINESS;
  }

  @Override
  public String name() {
    return "loops";
  }

  @Override
  public HealthCheckResponse call() {
    List<LoopState> loops = operations.loops();
    String still =
        loops.stream()
            .filter(loop -> !loop.up())
            .map(LoopState::describe)
            .collect(Collectors.joining("; "));
    HealthCheckResponse.Builder answer = HealthCheckResponse.builder().status(still.isEmpty());
    loops.forEach(loop -> answer.detail(loop.name(), loop.describe()));
    if (!still.isEmpty()) {
      answer.detail("warning", still);
    }
    return answer.build();
  }
}
