package io.sluice.compose.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;

/** How far a zone has come on its way to a revision of its template. */
public sealed interface RolloutProgress {
  /**
   * It is on its way.
   *
   * @param ready how many servers of the revision can serve
   * @param starting how many are not that far
   * @param earlier how many servers of earlier revisions there are that are not ended yet
   * @param watched whether the first of the revision is watched beside them
   */
  record GoesOn(int ready, int starting, int earlier, boolean watched) implements RolloutProgress {}

  /**
   * It is there.
   *
   * @param ready how many servers can serve; 0: the zone has none now, and the next one is of it
   */
  record Done(int ready) implements RolloutProgress {}

  /**
   * Another revision holds by now: the zone went back, or somebody wanted something else.
   *
   * @param revision which one holds
   */
  record Replaced(int revision) implements RolloutProgress {}

  /**
   * What a monitor says of the zone.
   *
   * @param zone the zone as {@code GET /v1/zones/ZONE} tells it
   * @param revision the revision that is waited for
   */
  static RolloutProgress of(JsonNode zone, int revision) {
    int holds = zone.path("templateRevision").asInt();
    if (holds > revision) {
      return new Replaced(holds);
    }
    int ready = 0;
    int starting = 0;
    int earlier = 0;
    for (JsonNode server : zone.path("servers")) {
      String state = server.path("state").asText();
      boolean of = server.path("template").asInt() >= revision;
      if (state.equalsIgnoreCase("dead")) {
        continue;
      }
      if (!of) {
        earlier++;
      } else if (state.equalsIgnoreCase("ready")) {
        ready++;
      } else if (state.equalsIgnoreCase("starting")) {
        starting++;
      }
    }
    int min = zone.at("/policy/min").asInt();
    boolean there = holds == revision && earlier == 0 && starting == 0 && ready >= min;
    boolean watched = ready > 0 && earlier > 0 && watches(zone);
    return there ? new Done(ready) : new GoesOn(ready, starting, earlier, watched);
  }

  /** Where the policy says nothing of it, the usual watch holds. */
  private static boolean watches(JsonNode zone) {
    String watch = zone.at("/policy/canary/watch").asText();
    boolean open = zone.has("rollout") && !zone.path("rollout").has("judged");
    return open && !watch.equals(Duration.ZERO.toString());
  }
}
