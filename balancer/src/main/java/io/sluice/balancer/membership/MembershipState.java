package io.sluice.balancer.membership;

import java.util.Collection;
import java.util.Locale;

/**
 * From where the membership is that holds, and whether it can change.
 *
 * @param source where it came from
 * @param kafka whether Kafka answered the last time it was asked
 */
public record MembershipState(Source source, boolean kafka) {
  /** From where a membership can be. */
  public enum Source {
    /** There is none yet. */
    NOWHERE,
    /** From the copy of an earlier run. */
    COPY,
    /** From the topic. */
    TOPIC,
    /** Given by hand. */
    HAND;

    /** Its name in answers. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Nothing is known. */
  static final MembershipState NEW = new MembershipState(Source.NOWHERE, false);

  /** Servers are given by hand; there is no Kafka to ask. */
  public static final MembershipState BY_HAND = new MembershipState(Source.HAND, true);

  /**
   * What holds for all of several: the source is the worst that is not nowhere, and Kafka answers
   * if it does for each.
   */
  public static MembershipState ofAll(Collection<MembershipState> parts) {
    boolean kafka = !parts.isEmpty();
    Source source = Source.NOWHERE;
    for (MembershipState part : parts) {
      kafka &= part.kafka();
      if (source == Source.NOWHERE || part.source() == Source.COPY) {
        source = part.source();
      }
    }
    return new MembershipState(source, kafka);
  }

  /** Whether the servers are those that the topic names now, as far as can be known. */
  public boolean fresh() {
    return kafka && source != Source.NOWHERE && source != Source.COPY;
  }
}
