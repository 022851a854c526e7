package io.sluice.topology.decide;

import io.sluice.schemas.event.Direction;
import io.sluice.schemas.text.Sentence;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * One thing that can change a wished number of servers. A limiter is a pure function of the context
 * and of the wish that the limiter before it left; it is asked for its sentence only if it changed
 * that wish.
 */
sealed interface Limiter
    permits Weigher,
        Brake,
        Limiter.Queue,
        Limiter.Manual,
        Limiter.Paused,
        Limiter.Minimum,
        Limiter.Maximum {
  /** The limiters that a rule's wish passes first, in this order: what the load really says. */
  List<Limiter> ON_LOAD =
      List.of(
          new Weigher.MissingData(),
          new Weigher.WarmUp(),
          new Weigher.ChangeInProgress(),
          new Weigher.Tolerance(),
          new Weigher.FlapGuard(),
          new Queue());

  /**
   * The limiters that it passes then, in this order. What must not be crossed comes last, so that
   * nothing can undo it.
   */
  List<Limiter> ON_CHANGE =
      List.of(
          new Brake.Stabilisation(),
          new Brake.CoolDown(),
          new Brake.Rate(),
          new Manual(),
          new Paused(),
          new Minimum(),
          new Maximum());

  /**
   * The limiters that the first server of a zone passes, when requests wait for it. No brake: the
   * wait is theirs.
   */
  List<Limiter> ON_DEMAND = List.of(new Manual(), new Paused(), new Minimum(), new Maximum());

  /** The limiters that one server more passes, when requests wait for those that there are. */
  List<Limiter> ON_PRESSURE =
      List.of(
          new Brake.CoolDown(),
          new Brake.Rate(),
          new Manual(),
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
   * While requests wait for servers that all have as many as they may, there are not too many of
   * them, whatever their load looks like: a limit below a target makes it look like half of that.
   */
  record Queue() implements Limiter {
    /** The balancer says it every second while any waits. */
    static final Duration HEARD_MAX = Duration.ofSeconds(5);

    @Override
    public String name() {
      return "queue";
    }

    @Override
    public int apply(Context context, int wish) {
      return Math.max(wish, waits(context) ? context.desired() : wish);
    }

    private static boolean waits(Context context) {
      Instant waited = context.state().recent().waited().orElse(Instant.MIN);
      return waited.isAfter(context.time().minus(HEARD_MAX));
    }

    @Override
    public String sentence(Context context, int before, int after) {
      return Sentence.of(
          "requests wait for servers that have as many as they may: stays at %d", after);
    }
  }

  /**
   * While a number holds that somebody set for a time, it is that number that is wished for, also
   * after a schedule whose limits cut it has ended.
   */
  record Manual() implements Limiter {
    @Override
    public String name() {
      return "manual";
    }

    @Override
    public int apply(Context context, int wish) {
      ManualHold hold = context.state().manual().orElse(null);
      return hold != null && hold.holds(context.time()) ? hold.servers() : wish;
    }

    @Override
    public String sentence(Context context, int before, int after) {
      return context
          .state()
          .manual()
          .map(hold ->
              Sentence.of(
                  "%s set %s until %s",
                  hold.actor(), Figures.servers(hold.servers()), hold.until()))
          .orElse("a number set by hand holds");
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
              Sentence.of(
                  "%s paused scaling %s %s",
                  pause.actor(),
                  direction == Direction.OUT ? "out" : "in",
                  pause.until().map(until -> "until " + until).orElse("until it is resumed")))
          .orElse("scaling is paused");
    }

    private static Direction direction(int wish, int desired) {
      return wish > desired ? Direction.OUT : Direction.IN;
    }
  }

  /** Never fewer than the minimum of the policy, or of an active schedule. */
  record Minimum() implements Limiter {
    @Override
    public String name() {
      return "min";
    }

    @Override
    public int apply(Context context, int wish) {
      return Math.max(wish, context.bounds().min());
    }

    @Override
    public String sentence(Context context, int before, int after) {
      return Sentence.of(
          "%s is below %s minimum of %d",
          Figures.servers(before), context.bounds().minOwner(), after);
    }
  }

  /** Never more than the maximum of the policy, or of the active schedules. */
  record Maximum() implements Limiter {
    @Override
    public String name() {
      return "max";
    }

    @Override
    public int apply(Context context, int wish) {
      return Math.min(wish, context.bounds().max());
    }

    @Override
    public String sentence(Context context, int before, int after) {
      return Sentence.of(
          "%s is above %s maximum of %d",
          Figures.servers(before), context.bounds().maxOwner(), after);
    }
  }
}
