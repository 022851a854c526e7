package io.sluice.provisioner.plan;

import io.sluice.schemas.event.JournalRecord;
import java.util.ArrayList;
import java.util.List;

/**
 * What a new leader has read of the journal.
 *
 * @param journal what it says
 * @param unread facts that could not be worked in, in their order
 * @param secrets the secrets that there are
 * @param whole whether it was read from its beginning, and not from a snapshot on
 */
public record Recovered(
    JournalState journal, List<UnreadFact> unread, Secrets secrets, boolean whole) {
  /** Before anything was read. */
  public static final Recovered NOTHING =
      new Recovered(JournalState.EMPTY, List.of(), Secrets.NONE, true);

  /** Copies the list. */
  public Recovered {
    unread = List.copyOf(unread);
  }

  /** What there is from the place on at which a snapshot was taken. */
  public static Recovered since(JournalState snapshot) {
    return new Recovered(snapshot, List.of(), Secrets.NONE, false);
  }

  /** The same with these secrets. */
  public Recovered with(Secrets known) {
    return new Recovered(journal, unread, known, whole);
  }

  /** The same with what was read next; the inputs that are no facts are left out. */
  public Recovered and(List<Input> inputs) {
    JournalState state = journal;
    List<UnreadFact> failed = new ArrayList<>(unread);
    for (Input input : inputs) {
      if (input instanceof Input.FactRead(int partition, JournalRecord entry)) {
        try {
          state = state.read(partition, entry);
        } catch (RuntimeException | StackOverflowError broken) {
          failed.add(new UnreadFact(entry, broken.toString()));
        }
      }
    }
    return new Recovered(state, failed, secrets, whole);
  }
}
