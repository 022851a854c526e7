package io.sluice.gate.rule;

import java.time.Duration;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A call about one container.
 *
 * @param method the method
 * @param container what the client calls it: a name, an id or the beginning of one
 * @param action the rest of the path, such as {@code /start}; empty: the container itself
 * @param parameters the parameters
 * @param answerTimeout how long the engine may take to begin its answer
 */
public record ContainerCall(
    String method,
    String container,
    String action,
    SortedMap<String, String> parameters,
    Duration answerTimeout) {
  /** Copies the parameters. */
  public ContainerCall {
    parameters = Collections.unmodifiableSortedMap(new TreeMap<>(parameters));
  }

  /** The same by the container's id: another one could have taken the name since. */
  public EngineRequest on(String id) {
    return EngineRequest.of(method, "/containers/" + id + action, parameters)
        .withAnswerTimeout(answerTimeout);
  }
}
