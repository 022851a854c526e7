package io.sluice.topology.stream;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.api.ProcessorContext;

/**
 * The {@link ZoneStore} of each task of a topology: decide opens it, and observe, which runs in the
 * same task and therefore in the same thread, looks at the states that decide has just made.
 */
public final class ZoneStores {
  private final Map<TaskId, ZoneStore> byTask = new ConcurrentHashMap<>();

  /** Opens the task's store anew: after an aborted transaction what was in memory is not true. */
  ZoneStore open(ProcessorContext<?, ?> context) {
    ZoneStore store =
        new ZoneStore(
            context.getStateStore(StateStores.ZONES), context.getStateStore(StateStores.SERVERS));
    byTask.put(context.taskId(), store);
    return store;
  }

  /** The store that the task has open. */
  ZoneStore of(ProcessorContext<?, ?> context) {
    ZoneStore store = byTask.get(context.taskId());
    if (store == null) {
      throw new IllegalStateException(
          "task " + context.taskId() + ": expected decide to have opened its zones");
    }
    return store;
  }

  /** The task ends here. */
  void close(ProcessorContext<?, ?> context, ZoneStore store) {
    byTask.remove(context.taskId(), store);
  }
}
