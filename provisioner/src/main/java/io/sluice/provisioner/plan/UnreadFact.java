package io.sluice.provisioner.plan;

import io.sluice.schemas.event.JournalRecord;
import io.sluice.schemas.id.ZoneId;
import java.util.Optional;

/**
 * A fact that is in the journal and can't be worked in. Its zone goes on as if it were not there,
 * and is said to be in trouble.
 *
 * @param entry the fact
 * @param why what working it in ended by, for people
 */
public record UnreadFact(JournalRecord entry, String why) {
  /** Works a fact in; what is unread afterwards, if that fails. */
  public static Optional<UnreadFact> unless(JournalRecord entry, Runnable work) {
    try {
      work.run();
      return Optional.empty();
    } catch (RuntimeException | StackOverflowError failed) {
      return Optional.of(new UnreadFact(entry, failed.toString()));
    }
  }

  ZoneId zone() {
    return entry.event().zone();
  }

  /** One sentence for people. */
  public String describe() {
    return "the %s at offset %d can't be worked in: %s"
        .formatted(entry.event().getClass().getSimpleName(), entry.offset(), why);
  }

  void tell(Step step) {
    Conditions.failed(step, zone(), Optional.empty(), Optional.of(entry.offset()), describe());
  }
}
