package io.sluice.schemas.supervision;

import java.time.Duration;
import java.util.Optional;

/**
 * What is known of a loop at a moment.
 *
 * @param name its name, unique within its part
 * @param running whether its body is at work; false while it waits to be started again, and once it
 *     has ended
 * @param idle how long ago it last turned, or began
 * @param turnMax how long a turn may take before the loop counts as standing still
 * @param failures how often it ended by something unforeseen
 * @param lastFailure what it last ended by
 */
public record LoopState(
    String name,
    boolean running,
    Duration idle,
    Duration turnMax,
    long failures,
    Optional<String> lastFailure) {
  /** Whether it runs and turns. */
  public boolean up() {
    return running && idle.compareTo(turnMax) <= 0;
  }

  /** One sentence for people, without a full stop. */
  public String describe() {
    String failed =
        lastFailure
            .map(failure ->
                ", failed "
                    + failures
                    + (failures == 1 ? " time" : " times")
                    + ", last: "
                    + failure)
            .orElse("");
    if (!running) {
      return name + " does not run" + failed;
    }
    return up()
        ? name + " turned " + idle.toMillis() + " ms ago" + failed
        : name
            + " stands still: its last turn was "
            + idle.toMillis()
            + " ms ago, expected one in "
            + turnMax.toMillis()
            + " ms"
            + failed;
  }
}
