package io.sluice.topology.decide;

import io.sluice.schemas.event.Direction;
import io.sluice.schemas.event.FleetEvent.LoadObserved;
import java.util.List;

/**
 * One thing that can change a wished number of servers. A limiter is a pure function of the context
 * and of the wish that the limiter before it left; it is asked for its sentence only if it changed
 * that wish.
 */
sealed interface Limiter {
  /**
   * The limiters that a rule's wish passes, in this order. What must not be crossed comes last, so
   * that nothing can undo it.
   */
  List<Limiter> ON_RULES =
      List.of(
          new MissingData(),
          new Manual(),
          new ChangeInProgress(),
          new Paused(),
          new Minimum(),
          new Maximum());

  /** The limiters that any other number passes: one that a person set, or that held so far. */
  List<Limiter> ON_OTHERS = List.of(new Minimum(), new Maximum());

  /** The name under which it stands in the evidence. */
  String name();

  /** The wish that it leaves, 0 or more. */
  int apply(Context context, int wish);

  /** Why it left {@code after} of {@code before}, for people. */
  String sentence(Context context, int before, int after);

  /**
   * No data is neither high nor low load. Nobody reported: nothing changes. Somebody did not: never
   * fewer servers, and more only if that would still be wished for had the silent ones reported the
   * value at which the policy does nothing.
   */
  record MissingData() implements Limiter {
    @Override
    public String name() {
      return "missing-data";
    }

    @Override
    public int apply(Context context, int wish) {
      int desired = context.desired();
      LoadObserved seen = context.observation().orElse(null);
      if (seen == null || seen.reporting() == 0) {
        return desired;
      }
      int unseen = context.unseen();
      if (unseen == 0 || wish == desired) {
        return wish;
      }
      return wish < desired
          ? desired
          : Math.clamp(Rules.wishWithNeutral(context, seen, unseen), desired, wish);
    }

    @Override
    public String sentence(Context context, int before, int after) {
      int reporting = context.observation().map(LoadObserved::reporting).orElse(0);
      if (reporting == 0) {
        return "no ready server reported: stays at %d".formatted(after);
      }
      String silent = Figures.servers(context.unseen()) + " did not report";
      return before < after
          ? "%s: no scaling in on missing data".formatted(silent)
          : "%s: with a value at which the policy does nothing in their place, it wishes for %d"
              .formatted(silent, after);
    }
  }

  /** While a number holds that somebody set for a time, the rules do not change it. */
  record Manual() implements Limiter {
    @Override
    public String name() {
      return "manual";
    }

    @Override
    public int apply(Context context, int wish) {
      return hold(context) ? context.desired() : wish;
    }

    private static boolean hold(Context context) {
      var manual = context.state().manual();
      return manual.isPresent() && manual.get().holds(context.time());
    }

    @Override
    public String sentence(Context context, int before, int after) {
      return context
          .state()
          .manual()
          .map(hold ->
              "%s set %s until %s"
                  .formatted(hold.actor(), Figures.servers(hold.servers()), hold.until()))
          .orElse("a number set by hand holds");
    }
  }

  /**
   * One change at a time: while a server is on its way in or out, the load does not yet show what
   * the last change did.
   */
  record ChangeInProgress() implements Limiter {
    @Override
    public String name() {
      return "change-in-progress";
    }

    @Override
    public int apply(Context context, int wish) {
      Census census = context.census();
      boolean settled =
          census.unready() == 0 && census.leaving() == 0 && census.live() == context.desired();
      return settled ? wish : context.desired();
    }

    @Override
    public String sentence(Context context, int before, int after) {
      Census census = context.census();
      return "a change is in progress: %s ready, %d not yet ready, %d leaving, of %d wanted"
          .formatted(Figures.servers(census.ready()), census.unready(), census.leaving(), after);
    }
  }

  /** A pause holds the policy's scaling in its direction; dead servers are still replaced. */
  record Paused() implements Limiter {
    @Override
    public String name() {
      return "pause";
    }

    @Override
    public int apply(Context context, int wish) {
      int desired = context.desired();
      if (wish == desired) {
        return wish;
      }
      boolean paused =
          context.state().pauses().holding(direction(wish, desired), context.time()).isPresent();
      return paused ? desired : wish;
    }

    @Override
    public String sentence(Context context, int before, int after) {
      Direction direction = direction(before, after);
      return context
          .state()
          .pauses()
          .holding(direction, context.time())
          .map(pause ->
              "%s paused scaling %s %s"
                  .formatted(
                      pause.actor(),
                      direction == Direction.OUT ? "out" : "in",
                      pause.until().map(until -> "until " + until).orElse("until it is resumed")))
          .orElse("scaling is paused");
    }

    private static Direction direction(int wish, int desired) {
      return wish > desired ? Direction.OUT : Direction.IN;
    }
  }

  /** Never fewer than the policy's minimum. */
  record Minimum() implements Limiter {
    @Override
    public String name() {
      return "min";
    }

    @Override
    public int apply(Context context, int wish) {
      return Math.max(wish, context.policy().min());
    }

    @Override
    public String sentence(Context context, int before, int after) {
      return "%s is below the policy's minimum of %d".formatted(Figures.servers(before), after);
    }
  }

  /** Never more than the policy's maximum. */
  record Maximum() implements Limiter {
    @Override
    public String name() {
      return "max";
    }

    @Override
    public int apply(Context context, int wish) {
      return Math.min(wish, context.policy().max());
    }

    @Override
    public String sentence(Context context, int before, int after) {
      return "%s is above the policy's maximum of %d".formatted(Figures.servers(before), after);
    }
  }
}
