package io.sluice.provisioner.leadership;

import io.sluice.provisioner.plan.Input;
import io.sluice.schemas.id.Epoch;

/** Something that goes on beside the leader's loop as long as a term lasts. */
public interface LeaderTask {
  /** Begins with the term; must not block for long. */
  Ongoing begin(LeaderContext term);

  /** What goes on. */
  interface Ongoing extends AutoCloseable {
    /** Ends with the term, before another one can begin. */
    @Override
    void close();
  }

  /** What a companion may use of its term; can be used by many threads. */
  interface LeaderContext {
    /** The term. */
    Epoch epoch();

    /** Whether the leader's loop is at work, and not stuck. */
    boolean turning();

    /** Lets the leader hear of something; without effect once the term is over. */
    void post(Input input);

    /** What the leader knows now. */
    LeadershipState state();
  }
}
