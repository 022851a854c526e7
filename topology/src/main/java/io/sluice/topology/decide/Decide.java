package io.sluice.topology.decide;

import io.sluice.schemas.command.Evidence.Wish;
import io.sluice.schemas.command.ScaleCommand;
import io.sluice.schemas.event.FleetEvent.LoadObserved;
import io.sluice.schemas.event.FleetEvent.ManualScaleRequested;
import io.sluice.schemas.event.JournalRecord;
import io.sluice.topology.decide.Evaluation.Limited;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The fold over a zone's journal: a number of servers that the zone is to have, and the commands
 * that bring it there.
 *
 * <pre>
 *                      ┌ an observation: the largest wish of the rules ─▶ all limiters ─┐
 *                      ├ requests wait and no server takes them: one more ─▶ brakes … ──┤
 *   fact ─▶ state with ┼ somebody asks for a number: that number ──┐                    ├▶ number
 *           the fact   ├ any other fact: the number so far ────────┴──▶ min, max ───────┤    │
 *                      └ the zone is being retired: none ───────────────────────────────┘    │
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
  public static final int FOLD_VERSION = ScaleCommand.RULES;

  /**
   * A command starts so many servers at most, and stops as many; the rest follow at the next facts.
   * An id takes up to 62 bytes in a command, so that both lists, the up to 2,000 ids of the
   * evidence and all sentences take less than 800,000 of the 1,048,588 bytes of a record.
   */
  public static final int SERVERS_AT_ONCE = 5_000;

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
      return new Evaluation(context, List.of(), context.desired(), Repair.NOTHING);
    }
    if (context.state().zone().life().retiring()) {
      // Nobody has a say any more, not even those who only look on.
      return evaluation(context, new Chain(0));
    }
    if (entry.event() instanceof LoadObserved seen) {
      return weighed(context, seen);
    }
    Optional<Wish> demand = Demand.of(context);
    if (demand.isPresent()) {
      Chain chain = new Chain(demand.get().servers());
      return evaluation(context, chain.through(Demand.limiters(context.desired()), context));
    }
    // The other facts leave the number alone; but its limits may have changed, or a server is gone.
    int number =
        entry.event() instanceof ManualScaleRequested request
            ? request.servers()
            : context.desired();
    Chain chain = new Chain(number).through(Limiter.ON_OTHERS, context);
    return evaluation(context, chain);
  }

  private static Evaluation weighed(Context context, LoadObserved seen) {
    Chain chain =
        new Chain(Rules.wish(context, seen, Weighing.RAW)).through(Limiter.ON_LOAD, context);
    Context remembering = context.remembering(chain.wish());
    return evaluation(remembering, chain.through(Limiter.ON_CHANGE, remembering));
  }

  private static Evaluation evaluation(Context context, Chain chain) {
    return new Evaluation(
        context, chain.changes(), chain.wish(), Repair.towards(chain.wish(), context));
  }

  /** A wish on its way through the limiters. */
  private static final class Chain {
    private int wish;
    private List<Limited> changes = List.of();

    Chain(int raw) {
      this.wish = raw;
    }

    Chain through(List<Limiter> limiters, Context context) {
      for (int i = 0; i < limiters.size(); i++) {
        Limiter limiter = limiters.get(i);
        int after = limiter.apply(context, wish);
        if (after != wish) {
          changes = changes.isEmpty() ? new ArrayList<>() : changes;
          changes.add(new Limited(limiter, wish, after));
          wish = after;
        }
      }
      return this;
    }

    int wish() {
      return wish;
    }

    List<Limited> changes() {
      return changes;
    }
  }
}
