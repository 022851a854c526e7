package io.sluice.gate.rule;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What an engine is sent.
 *
 * @param method the method
 * @param target path and parameters, written by us
 * @param body JSON, written by us
 * @param files what it is sent as a tar instead, written by us; empty: nothing
 * @param answerTimeout how long the engine may take to begin its answer
 */
public record EngineRequest(
    String method,
    String target,
    Optional<String> body,
    List<SecretFile> files,
    Duration answerTimeout) {
  /** A busy engine takes seconds, and one with a broken disk minutes. */
  static final Duration ANSWER_TIMEOUT = Duration.ofMinutes(2);

  /** Copies the list. */
  public EngineRequest {
    files = List.copyOf(files);
  }

  static EngineRequest of(String method, String path) {
    return of(method, path, new TreeMap<>());
  }

  static EngineRequest of(String method, String path, SortedMap<String, String> parameters) {
    return new EngineRequest(
        method, path + Parameters.written(parameters), Optional.empty(), List.of(), ANSWER_TIMEOUT);
  }

  /** Whether it fetches an image, for which a registry may want credentials. */
  public boolean fetches() {
    return target.startsWith("/images/create?");
  }

  EngineRequest withBody(String json) {
    return new EngineRequest(method, target, Optional.of(json), files, answerTimeout);
  }

  EngineRequest withFiles(List<SecretFile> others) {
    return new EngineRequest(method, target, body, others, answerTimeout);
  }

  EngineRequest withAnswerTimeout(Duration other) {
    return new EngineRequest(method, target, body, files, other);
  }
}
