package io.sluice.gate.rule;

import java.time.Duration;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What an engine is sent.
 *
 * @param method the method
 * @param target path and parameters, written by us
 * @param body JSON, written by us
 * @param answerTimeout how long the engine may take to begin its answer
 */
public record EngineRequest(
    String method, String target, Optional<String> body, Duration answerTimeout) {
  /** A busy engine takes seconds, and one with a broken disk minutes. */
  static final Duration ANSWER_TIMEOUT = Duration.ofMinutes(2);

  static EngineRequest of(String method, String path) {
    return of(method, path, new TreeMap<>());
  }

  static EngineRequest of(String method, String path, SortedMap<String, String> parameters) {
    return new EngineRequest(
        method, path + Parameters.written(parameters), Optional.empty(), ANSWER_TIMEOUT);
  }

  /** Whether it fetches an image, for which a registry may want credentials. */
  public boolean fetches() {
    return target.startsWith("/images/create?");
  }

  EngineRequest withBody(String json) {
    return new EngineRequest(method, target, Optional.of(json), answerTimeout);
  }

  EngineRequest withAnswerTimeout(Duration other) {
    return new EngineRequest(method, target, body, other);
  }
}
