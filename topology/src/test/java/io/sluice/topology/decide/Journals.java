package io.sluice.topology.decide;

import io.sluice.schemas.event.JournalRecord;
import java.util.List;
import net.jqwik.api.Arbitrary;

/** Random journals of one zone, for tests of other packages. */
public final class Journals {
  private Journals() {}

  /** Journals that could have been written, and some that could not. */
  public static Arbitrary<List<JournalRecord>> any() {
    return Histories.any().map(History::records);
  }
}
