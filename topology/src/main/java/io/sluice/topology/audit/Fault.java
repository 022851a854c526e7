package io.sluice.topology.audit;

import io.sluice.schemas.id.CommandId;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.text.Sentence;
import io.sluice.topology.audit.Verdict.Kind;
import java.util.Optional;

/**
 * What is wrong at a place of the history.
 *
 * @param kind what it is
 * @param zone whose history it is; empty if that can't be told
 * @param offset journal offset of the fact where it shows; for an unreadable command, its own
 * @param cause the fact that stands there, as JSON
 * @param expected the command that the journal gives, as JSON
 * @param found the command that is recorded, as JSON
 * @param sentence for people
 */
record Fault(
    Kind kind,
    Optional<ZoneId> zone,
    long offset,
    Optional<String> cause,
    Optional<String> expected,
    Optional<String> found,
    String sentence) {
  /** A record that is no command. */
  static Fault unreadable(long offset, String text, String problem) {
    return new Fault(
        Kind.MALFORMED,
        Optional.empty(),
        offset,
        Optional.empty(),
        Optional.empty(),
        Optional.of(text),
        Sentence.of(
            "the command at offset %d of its partition can't be read: %s", offset, problem));
  }

  /** A command whose fact has not come in its turn. */
  static Fault withoutFact(Recorded.Given given, Lane lane) {
    CommandId id = given.id();
    boolean behind = lane.lastTaken().filter(last -> last.offset() >= id.offset()).isPresent();
    String sentence =
        behind
            ? "command %s stands behind one that was given later: it is there twice, or was put in"
            : "command %s is recorded, but the journal has no fact of its zone there";
    return new Fault(
        behind ? Kind.REPEATED : Kind.CAUSE_MISSING,
        Optional.of(id.zone()),
        id.offset(),
        Optional.empty(),
        Optional.empty(),
        Optional.of(Texts.of(given.value())),
        Sentence.of(sentence, id));
  }
}
