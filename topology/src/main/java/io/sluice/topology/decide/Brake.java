package io.sluice.topology.decide;

import io.sluice.schemas.policy.Limits;
import io.sluice.schemas.text.Sentence;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * A limiter that slows changes down. What it goes by is part of the fold, so no fail-over forgets
 * it.
 */
sealed interface Brake extends Limiter {
  /**
   * Growing goes by the smallest wish of a window, shrinking by the largest, as the Kubernetes
   * Horizontal Pod Autoscaler's stabilisation does it.
   */
  record Stabilisation() implements Brake {
    @Override
    public String name() {
      return "stabilisation";
    }

    @Override
    public int apply(Context context, int wish) {
      if (Idleness.asleep(context)) {
        // It has waited long enough by its own rule.
        return wish;
      }
      // Remembered wishes are clamped, so that few numbers are kept; the one of now is one of them.
      int clamped = context.bounds().clamp(wish);
      RecentWishes recent = context.state().recent();
      int desired = context.desired();
      if (wish > desired && recent.min() < clamped) {
        return Math.max(recent.min(), desired);
      }
      return wish < desired && recent.max() > clamped ? Math.min(recent.max(), desired) : wish;
    }

    @Override
    public String sentence(Context context, int before, int after) {
      Limits limits = context.policy().limits();
      return before > after
          ? Sentence.of(
              "the smallest wish of the last %s: %d", Figures.of(limits.stabilisationOut()), after)
          : Sentence.of(
              "the largest wish of the last %s: %d", Figures.of(limits.stabilisationIn()), after);
    }
  }

  /** After a change, none in the same direction for a while. */
  record CoolDown() implements Brake {
    @Override
    public String name() {
      return "cool-down";
    }

    @Override
    public int apply(Context context, int wish) {
      int desired = context.desired();
      return wish != desired && end(context, wish > desired).isPresent() ? desired : wish;
    }

    /** When the cool-down of a direction ends; empty if none is under way. */
    private static Optional<Instant> end(Context context, boolean grows) {
      LastChanges changes = context.state().changes();
      Limits limits = context.policy().limits();
      Duration pause = grows ? limits.coolDownOut() : limits.coolDownIn();
      return (grows ? changes.out() : changes.in())
          .map(last -> last.plus(pause))
          .filter(context.time()::isBefore);
    }

    @Override
    public String sentence(Context context, int before, int after) {
      boolean grows = before > after;
      return Sentence.of(
          "cooling down after the last %s until %s",
          grows ? "growth" : "shrinkage", end(context, grows).map(Instant::toString).orElse("now"));
    }
  }

  /** Not too many servers in one change. */
  record Rate() implements Brake {
    @Override
    public String name() {
      return "rate";
    }

    @Override
    public int apply(Context context, int wish) {
      Limits limits = context.policy().limits();
      long most = (long) context.desired() + limits.rateOut().orElse(Integer.MAX_VALUE);
      long least = (long) context.desired() - limits.rateIn().orElse(Integer.MAX_VALUE);
      return (int) Math.clamp(wish, least, most);
    }

    @Override
    public String sentence(Context context, int before, int after) {
      return Sentence.of(
          "at most %s in one change: %d",
          before > after
              ? Figures.servers(after - context.desired()) + " more"
              : Figures.servers(context.desired() - after) + " fewer",
          after);
    }
  }
}
