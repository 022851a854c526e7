package io.sluice.balancer;

import io.sluice.balancer.handover.HandOverConfig;
import io.sluice.schemas.config.Section;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** Reads how a successor can take over from the section {@code handOver}. */
final class HandOverSettings {
  private HandOverSettings() {}

  static HandOverConfig read(Section section) {
    Optional<Path> socket =
        section
            .value("socket", text -> new HandOverConfig(Optional.of(Path.of(text)), Duration.ZERO))
            .flatMap(HandOverConfig::socket);
    return new HandOverConfig(
        socket,
        section.duration("grace", HandOverConfig.GRACE_DEFAULT, Duration.ZERO, Duration.ofDays(1)));
  }
}
