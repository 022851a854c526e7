package io.sluice.provisioner.plan;

import io.sluice.schemas.event.FleetEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What is to follow from the inputs of one step or several.
 *
 * @param facts to be appended to the journal, in this order
 * @param commands per partition of the commands from where the next leader has to read it; only
 *     what changed
 * @param effects to be performed once facts and progress are recorded
 * @param notes for the log
 * @param secrets to be written into the topic of secrets, with the facts or not at all
 * @param rulings what became of the changes asked for, in the order of their inputs
 */
public record Outcome(
    List<FleetEvent> facts,
    Map<Integer, Long> commands,
    List<Effect> effects,
    List<Note> notes,
    List<SecretWrite> secrets,
    List<ChangeResult> rulings) {
  /** Copies the collections. */
  public Outcome {
    facts = List.copyOf(facts);
    commands = Map.copyOf(commands);
    effects = List.copyOf(effects);
    notes = List.copyOf(notes);
    secrets = List.copyOf(secrets);
    rulings = List.copyOf(rulings);
  }

  /** Whether something is to be recorded. */
  public boolean records() {
    return !facts.isEmpty() || !commands.isEmpty() || !secrets.isEmpty();
  }

  /** Collects an outcome while a step goes on. */
  static final class Draft {
    /** How far a draft has got, to come back to if what follows fails. */
    record Mark(int facts, int effects, int notes, int secrets, int rulings) {}

    private final List<FleetEvent> facts = new ArrayList<>();
    private final List<Effect> effects = new ArrayList<>();
    private final List<Note> notes = new ArrayList<>();
    private final List<SecretWrite> secrets = new ArrayList<>();
    private final List<ChangeResult> rulings = new ArrayList<>();

    Mark mark() {
      return new Mark(facts.size(), effects.size(), notes.size(), secrets.size(), rulings.size());
    }

    /** Drops what was collected since. */
    void backTo(Mark mark) {
      cut(facts, mark.facts());
      cut(effects, mark.effects());
      cut(notes, mark.notes());
      cut(secrets, mark.secrets());
      cut(rulings, mark.rulings());
    }

    private static void cut(List<?> list, int size) {
      list.subList(size, list.size()).clear();
    }

    void fact(FleetEvent fact) {
      facts.add(fact);
    }

    /** How many facts there are so far. */
    int facts() {
      return facts.size();
    }

    void ruling(ChangeResult ruling) {
      rulings.add(ruling);
    }

    void secret(SecretWrite write) {
      secrets.add(write);
    }

    void effect(Effect effect) {
      effects.add(effect);
    }

    void info(String sentence) {
      notes.add(new Note(false, sentence));
    }

    void warn(String sentence) {
      notes.add(new Note(true, sentence));
    }

    Outcome done(Map<Integer, Long> commands) {
      return new Outcome(facts, commands, effects, notes, secrets, rulings);
    }
  }
}
