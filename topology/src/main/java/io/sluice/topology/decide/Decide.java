package io.sluice.topology.decide;

import io.sluice.schemas.event.FleetEvent.LoadObserved;
import io.sluice.schemas.event.FleetEvent.ManualScaleRequested;
import io.sluice.schemas.event.JournalRecord;
import io.sluice.topology.decide.Evaluation.Limited;
import java.util.ArrayList;
import java.util.List;

/**
 * The fold over a zone's journal: a number of servers that the zone is to have, and the commands
 * that bring it there.
 *
 * <pre>
 *                      ┌ an observation: the largest wish of the rules ─▶ all limiters ─┐
 *   fact ─▶ state with ┼ somebody asks for a number: that number ──┐                    ├▶ number
 *           the fact   └ any other fact: the number so far ────────┴──▶ min, max ───────┘    │
 *                                                                                            ▼
 *                  next state ◀── command, if anything differs ◀── start and stop what differs
 * </pre>
 *
 * <p>Replacing dead servers is no rule and passes no limiter: a dead server is no longer one of
 * those that the zone has, so that the last step starts another at the same fact, unless a {@link
 * CrashLoop} delays it.
 */
public final class Decide {
  /**
   * The version of the rules in this package. It grows with every change that could give another
   * command for the same history, so that old commands can be told from wrong ones.
   */
  public static final int FOLD_VERSION = 1;

  private static final Repair NOTHING = new Repair(List.of(), List.of(), 0);

  private Decide() {}

  /**
   * The zone's next state, and at most one command.
   *
   * @throws IllegalArgumentException if the record belongs to another zone
   */
  public static Decision step(ZoneState before, JournalRecord entry) {
    return evaluate(before, entry).decision();
  }

  /**
   * How the record is weighed, with all evidence, also if nothing comes of it.
   *
   * @throws IllegalArgumentException if the record belongs to another zone
   */
  public static Evaluation evaluate(ZoneState before, JournalRecord entry) {
    Context context = Context.of(before.apply(entry), entry);
    if (!context.state().governed()) {
      return new Evaluation(context, List.of(), context.desired(), NOTHING);
    }
    if (entry.event() instanceof LoadObserved seen) {
      return limited(context, Rules.wish(context, seen), Limiter.ON_RULES);
    }
    // The other facts leave the number alone; but its limits may have changed, or a server is gone.
    int number =
        entry.event() instanceof ManualScaleRequested request
            ? request.servers()
            : context.desired();
    return limited(context, number, Limiter.ON_OTHERS);
  }

  private static Evaluation limited(Context context, int raw, List<Limiter> limiters) {
    int wish = raw;
    List<Limited> changes = List.of();
    for (int i = 0; i < limiters.size(); i++) {
      Limiter limiter = limiters.get(i);
      int after = limiter.apply(context, wish);
      if (after != wish) {
        changes = changes.isEmpty() ? new ArrayList<>(limiters.size()) : changes;
        changes.add(new Limited(limiter, wish, after));
        wish = after;
      }
    }
    return new Evaluation(context, changes, wish, Repair.towards(wish, context));
  }
}
