package io.sluice.schemas.event;

import io.sluice.schemas.id.ServerId;
import java.util.Optional;

/**
 * Trouble that a zone is in until it is over: what an input or a part that failed means for its
 * owner, instead of the end of whoever met it.
 *
 * @param kind what kind; a zone has at most one of a kind for each server, and one for itself
 * @param server the server that it is about, if it is about one
 * @param what one sentence for people, up to 1,000 characters; what is longer is cut
 * @param offset the place in the zone's journal partition that it is about, if it is about one
 * @param mend what would end it, for people, up to 1,000 characters; what is longer is cut
 */
public record Condition(
    ConditionKind kind,
    Optional<ServerId> server,
    String what,
    Optional<Long> offset,
    String mend) {
  /** How long a sentence may be, in characters. */
  public static final int TEXT_LENGTH_MAX = 1_000;

  /** Cuts what is too long, so that a condition can always be written. */
  public Condition {
    what = cut(what);
    mend = cut(mend);
  }

  private static String cut(String text) {
    return text.length() > TEXT_LENGTH_MAX ? text.substring(0, TEXT_LENGTH_MAX - 1) + "…" : text;
  }
}
