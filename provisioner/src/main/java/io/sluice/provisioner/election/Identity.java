package io.sluice.provisioner.election;

import io.sluice.schemas.leadership.Incarnation;
import io.sluice.schemas.time.Ticks;
import java.time.Duration;
import java.util.Optional;

/**
 * Whether this process alone has its id, by the signs of life that every monitor writes to Kafka
 * and reads back. Their order in the topic is the same for all.
 *
 * <p>A sign of another process counts only behind this one's first, and only if another one follows
 * {@link #CLASH} later: a process that was restarted finds at most what its predecessor wrote
 * before it died. Of two that go on, the one that had run alone for {@link #SETTLED} stays; a
 * process that was stopped meanwhile, so that its signs paused, is as one that has just begun.
 *
 * @param first when its own first sign was read back, or the first after a pause
 * @param last when its own last one was
 * @param other the other process
 */
record Identity(Optional<Ticks> first, Optional<Ticks> last, Optional<Other> other) {
  /** Nothing was read yet. */
  static final Identity NONE = new Identity(Optional.empty(), Optional.empty(), Optional.empty());

  /** For how long both have to go on; longer than what a dead process sent is under way. */
  static final Duration CLASH = Duration.ofSeconds(2);

  /** How long a process has to have run alone to be the one that stays. */
  static final Duration SETTLED = Duration.ofSeconds(10);

  /** Signs of one process come in less than this. */
  static final Duration PAUSE = Duration.ofSeconds(5);

  /**
   * Another process with the same id.
   *
   * @param first when its first sign was read
   * @param last when its last one was
   */
  record Other(Incarnation incarnation, Ticks first, Ticks last) {}

  /** What follows for this process. */
  enum Verdict {
    /** Nobody else has its id, as far as it knows. */
    ALONE,
    /** Somebody else has it, and it is not clear yet whether that one goes on. */
    UNCERTAIN,
    /** Somebody else has it who came later: this one stays. */
    STAYS,
    /** Somebody else has it: this one must not run. */
    YIELDS
  }

  Identity ownSign(Ticks now) {
    boolean paused = last.filter(before -> before.plus(PAUSE).isAfter(now)).isEmpty();
    return new Identity(paused ? Optional.of(now) : first, Optional.of(now), other);
  }

  Identity sign(Incarnation incarnation, Ticks now) {
    Ticks since =
        other
            .filter(known -> known.incarnation().equals(incarnation))
            .filter(known -> known.last().plus(PAUSE).isAfter(now))
            .map(Other::first)
            .orElse(now);
    return new Identity(first, last, Optional.of(new Other(incarnation, since, now)));
  }

  Verdict verdict(Ticks now) {
    Optional<Other> fresh = other.filter(found -> found.last().plus(CLASH).isAfter(now));
    if (fresh.isEmpty()) {
      return Verdict.ALONE;
    }
    if (first.isEmpty()) {
      return Verdict.UNCERTAIN;
    }
    Ticks since = fresh.get().first().isAfter(first.get()) ? fresh.get().first() : first.get();
    if (!fresh.get().first().isBefore(first.get().plus(SETTLED))) {
      return Verdict.STAYS;
    }
    return fresh.get().last().isBefore(since.plus(CLASH)) ? Verdict.UNCERTAIN : Verdict.YIELDS;
  }
}
