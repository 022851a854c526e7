package io.sluice.provisioner.zones;

import io.sluice.schemas.id.ZoneId;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * The topics in which the members of zones stand. A zone that is declared has one before anything
 * can be written to it, and keeps it for its history; one that is retired has a mark beside it,
 * which is how gateways and balancers know. Used by many threads; its methods may block.
 */
public interface ZoneTopics {
  /** Nowhere are topics looked after. */
  ZoneTopics NONE =
      new ZoneTopics() {
        @Override
        public SortedSet<ZoneId> marked() {
          return new TreeSet<>();
        }

        @Override
        public void create(ZoneId zone) {}

        @Override
        public void mark(ZoneId zone) {}

        @Override
        public void unmark(ZoneId zone) {}
      };

  /**
   * The zones that are marked as retired.
   *
   * @throws RuntimeException if that can't be asked
   */
  SortedSet<ZoneId> marked();

  /**
   * Creates a zone's topic, if it has none; there it is when this returns.
   *
   * @throws RuntimeException if it can't be created
   */
  void create(ZoneId zone);

  /**
   * Marks a zone as retired; that it is marked already is success.
   *
   * @throws RuntimeException if it can't be marked
   */
  void mark(ZoneId zone);

  /**
   * Takes the mark away; that there is none is success.
   *
   * @throws RuntimeException if it can't be taken away
   */
  void unmark(ZoneId zone);
}
