package io.sluice.provisioner.plan;

import io.sluice.schemas.event.FleetEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What is to follow from the inputs of one step or several.
 *
 * @param facts to be appended to the journal, in this order
 * @param progress per partition of the commands how far it is recorded now; only what changed
 * @param effects to be performed once facts and progress are recorded
 * @param notes for the log
 * @param rulings what became of the changes asked for, in the order of their inputs
 */
public record Outcome(
    List<FleetEvent> facts,
    Map<Integer, Progress> progress,
    List<Effect> effects,
    List<Note> notes,
    List<ChangeResult> rulings) {
  /** Copies the collections. */
  public Outcome {
    facts = List.copyOf(facts);
    progress = Map.copyOf(progress);
    effects = List.copyOf(effects);
    notes = List.copyOf(notes);
    rulings = List.copyOf(rulings);
  }

  /** Whether something is to be recorded. */
  public boolean records() {
    return !facts.isEmpty() || !progress.isEmpty();
  }

  /** Collects an outcome while a step goes on. */
  static final class Draft {
    private final List<FleetEvent> facts = new ArrayList<>();
    private final List<Effect> effects = new ArrayList<>();
    private final List<Note> notes = new ArrayList<>();
    private final List<ChangeResult> rulings = new ArrayList<>();

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

    void effect(Effect effect) {
      effects.add(effect);
    }

    void info(String sentence) {
      notes.add(new Note(false, sentence));
    }

    void warn(String sentence) {
      notes.add(new Note(true, sentence));
    }

    Outcome done(Map<Integer, Progress> progress) {
      return new Outcome(facts, progress, effects, notes, rulings);
    }
  }
}
