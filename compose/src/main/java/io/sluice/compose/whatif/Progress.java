package io.sluice.compose.whatif;

/** Who wants to know how far a long task is. */
@FunctionalInterface
public interface Progress {
  /** Nobody does. */
  Progress NONE =
      (task, size) ->
          new Task() {
            @Override
            public void step(long more) {
              // Nobody wants to know.
            }

            @Override
            public void close() {
              // Nothing was opened.
            }
          };

  /**
   * Begins a task.
   *
   * @param task what is done, for people
   * @param size how many steps it has, about
   */
  Task begin(String task, long size);

  /** A task under way. */
  interface Task extends AutoCloseable {
    /** So many more steps are done. */
    void step(long more);

    @Override
    void close();
  }
}
