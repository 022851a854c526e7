package io.sluice.app.simulation;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/** What a server shows as its load. */
public enum Situation {
  /** The load measured from the process. */
  REAL("real"),
  /** The processor starts at 20 %, rises, then stays between 70 and 75 %. */
  HIGH_CPU("high-cpu"),
  /** The processor starts at 20 %, then stays between 20 and 30 %. */
  LOW_CPU("low-cpu"),
  /** The processor starts at 50 %, falls, then stays between 1 and 10 %. */
  SCALE_DOWN("scale-down");

  private final String wireName;

  Situation(String wireName) {
    this.wireName = wireName;
  }

  /** The situation of this name on the wire, if there is one. */
  public static Optional<Situation> of(String wireName) {
    return Arrays.stream(values())
        .filter(situation -> situation.wireName.equals(wireName))
        .findFirst();
  }

  /** All names on the wire, for people, separated by commas. */
  public static String wireNames() {
    return Arrays.stream(values()).map(Situation::wireName).collect(Collectors.joining(", "));
  }

  /** The name on the wire, such as {@code high-cpu}. */
  @JsonValue
  public String wireName() {
    return wireName;
  }
}
