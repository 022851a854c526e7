package io.sluice.topology.whatif;

import java.util.List;

/**
 * A report, and what there is to draw of it.
 *
 * @param report the figures
 * @param trails one a policy, in the report's order
 */
public record Comparison(Report report, List<Trail> trails) {
  /** Copies the list. */
  public Comparison {
    trails = List.copyOf(trails);
  }
}
