package io.sluice.provisioner;

import io.sluice.provisioner.election.ElectionTimings;
import io.sluice.provisioner.election.Electorate;
import io.sluice.schemas.config.Durations;
import io.sluice.schemas.config.Section;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How a monitor elects.
 *
 * @param takeover whether it takes over from a leader with a lower id
 * @param timings how long things take
 */
public record ElectionConfig(boolean takeover, ElectionTimings timings) {
  /** The defaults. */
  public static final ElectionConfig DEFAULT =
      new ElectionConfig(Electorate.TAKEOVER_DEFAULT, ElectionTimings.DEFAULT);

  /** Reads the keys, of which the timings stand beside {@code takeover}. */
  public static ElectionConfig read(Section section) {
    return new ElectionConfig(
        section.bool("takeover", DEFAULT.takeover()), ElectionTimings.read(section));
  }

  /** The configuration in the form in which it is read. */
  public Map<String, Object> describe() {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("takeover", takeover);
    tree.put("checkInterval", Durations.format(timings.checkInterval()));
    tree.put("answerTimeout", Durations.format(timings.answerTimeout()));
    tree.put("heartbeatInterval", Durations.format(timings.heartbeatInterval()));
    tree.put("heartbeatTimeout", Durations.format(timings.heartbeatTimeout()));
    return tree;
  }
}
