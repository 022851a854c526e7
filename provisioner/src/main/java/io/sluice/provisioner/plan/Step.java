package io.sluice.provisioner.plan;

import io.sluice.schemas.event.FleetEvent;
import io.sluice.schemas.fleet.Fleet;
import io.sluice.schemas.fleet.Server;
import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.time.Ticks;
import io.sluice.schemas.topic.Topics;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * One step of the leader's state, handed through its parts.
 *
 * @param journal what the journal says and is about to say
 * @param shelf the secrets that there are
 * @param terms what holds for the term
 * @param moment the time of the step
 * @param draft where the outcome is collected
 */
record Step(
    OptimisticView journal,
    SecretShelf shelf,
    TermSettings terms,
    Moment moment,
    Outcome.Draft draft) {
  /**
   * How long a sentence of somebody else may become in a fact, in characters: a fleet may answer
   * with pages, and a record that is too long for Kafka would end the term.
   */
  static final int SENTENCE_MAX = 4_000;

  /**
   * How long a fact may be as it is recorded, in bytes: Kafka takes 1,048,576 with what stands
   * around it, and one record that is longer fails the transaction, which would end the term, and
   * that of each leader after it.
   */
  static final int FACT_MAX = 1_000_000;

  Fleet view() {
    return journal.view();
  }

  Optional<Server> server(ServerId id) {
    return view().server(id);
  }

  /** Whether the zone's servers are this monitor's to run, as far as it knows the zone. */
  boolean runs(ZoneId zone) {
    return terms.runs(view().zone(zone));
  }

  /** For the stamps of facts. */
  Instant now() {
    return moment.time();
  }

  /** For deadlines. */
  Ticks ticks() {
    return moment.ticks();
  }

  /**
   * Records the fact if it fits what is known; says whether it does.
   *
   * @throws IllegalArgumentException if it is longer than {@value #FACT_MAX} bytes
   */
  boolean tell(FleetEvent fact) {
    int bytes = Topics.JOURNAL.value().encode(fact).length;
    if (bytes > FACT_MAX) {
      // Without the fact: this becomes a fact itself.
      throw new IllegalArgumentException(
          "a fact of %s of %d bytes: expected at most %d, which is what a record carries"
              .formatted(fact.zone(), bytes, FACT_MAX));
    }
    boolean fits = journal.tell(fact, now());
    if (fits) {
      draft.fact(fact);
    }
    return fits;
  }

  /**
   * Does what concerns one owner. If it throws, all that it told and began is dropped, and the
   * owner's trouble is told instead: the others go on.
   */
  void isolated(Runnable work, Consumer<Throwable> trouble) {
    OptimisticView.Mark told = journal.mark();
    Secrets shelved = shelf.secrets();
    Outcome.Draft.Mark drafted = draft.mark();
    try {
      work.run();
    } catch (RuntimeException | StackOverflowError failed) {
      journal.backTo(told);
      shelf.backTo(shelved);
      draft.backTo(drafted);
      trouble.accept(failed);
    }
  }

  /** A sentence of somebody else, cut if it is too long for a fact. */
  static String sentence(String text) {
    return text.length() <= SENTENCE_MAX ? text : text.substring(0, SENTENCE_MAX - 1) + "…";
  }
}
