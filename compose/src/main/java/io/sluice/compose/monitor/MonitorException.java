package io.sluice.compose.monitor;

import io.sluice.schemas.config.Problem;
import java.util.List;

/** A monitor that did not do what was asked; the message says why. */
public final class MonitorException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final Kind kind;
  private final transient List<Problem> problems;

  /** In which way it did not. */
  public enum Kind {
    /** Nobody answers there. */
    UNREACHABLE,
    /** What was asked is wrong, or whoever asked is not allowed to. */
    REFUSED,
    /** It was right and could not be done. */
    FAILED
  }

  MonitorException(Kind kind, String message, List<Problem> problems) {
    super(message);
    this.kind = kind;
    this.problems = List.copyOf(problems);
  }

  MonitorException(String unreachable, Throwable cause) {
    super(unreachable, cause);
    this.kind = Kind.UNREACHABLE;
    this.problems = List.of();
  }

  /** In which way. */
  public Kind kind() {
    return kind;
  }

  /** What is wrong with what was sent, place by place; may be empty. */
  public List<Problem> problems() {
    return problems;
  }
}
