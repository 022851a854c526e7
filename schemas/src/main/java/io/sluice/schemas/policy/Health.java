package io.sluice.schemas.policy;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.sluice.schemas.text.Sentence;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * By what it is told whether a server is well. What {@linkplain Serving serves} is asked over the
 * network, at first by the leader and then by its zone's balancer, which sends it requests. A
 * {@linkplain Working worker} takes no requests: it listens nowhere and has no balancer.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, include = JsonTypeInfo.As.WRAPPER_OBJECT)
@JsonSubTypes({
  @JsonSubTypes.Type(value = Health.Http.class, name = "http"),
  @JsonSubTypes.Type(value = Health.Tcp.class, name = "tcp"),
  @JsonSubTypes.Type(value = Health.Command.class, name = "command"),
  @JsonSubTypes.Type(value = Health.Running.class, name = "process")
})
public sealed interface Health {
  /** The health of a server that takes requests. */
  sealed interface Serving extends Health {}

  /** The health of a server that takes none. */
  sealed interface Working extends Health {}

  /**
   * A path is asked for.
   *
   * @param path with a query or not
   * @param status the answers of a server that is well
   * @param host the {@code Host} of the question; empty: the server's own address
   */
  record Http(String path, Statuses status, Optional<String> host) implements Serving {
    // What a journal may hold: earlier releases took any path. What people write is looked at
    // more closely.
    private static final Pattern PATH = Pattern.compile("/[!-~&&[^#]]*");
    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9._:\\[\\]-]{1,255}");

    /**
     * Validates the texts.
     *
     * @throws IllegalArgumentException if the path or the host can't stand in a request
     */
    public Http {
      if (!PATH.matcher(path).matches()) {
        throw new IllegalArgumentException(
            Sentence.of("health path '%s': expected a path that begins with /", path));
      }
      host.ifPresent(Http::requireHost);
    }

    /** A path that answers 200 once the server can serve. */
    public static Http of(String path) {
      return new Http(path, Statuses.OK, Optional.empty());
    }

    static String requireHost(String host) {
      if (!HOST.matcher(host).matches()) {
        throw new IllegalArgumentException(
            Sentence.of(
                "host '%s' of health checks: expected a name, with a port or not",
                Sentence.shown(host)));
      }
      return host;
    }
  }

  /** A server that takes connections is well. */
  record Tcp() implements Serving {}

  /**
   * A command runs in the server's container again and again, and ends with 0 if it is well; after
   * {@value #FAILURES} failures in a row it is dead.
   *
   * @param words the program and its arguments, at least one word
   * @param interval from the end of one run to the next, {@link #INTERVAL_MIN} to {@link
   *     #INTERVAL_MAX}
   * @param timeout for each run, {@link #TIMEOUT_MIN} to {@link #TIMEOUT_MAX}; one that takes
   *     longer has failed
   */
  record Command(List<String> words, Duration interval, Duration timeout) implements Working {
    /** So many failures in a row mean that it is dead. */
    public static final int FAILURES = 3;

    /** More often, and the engine would have more work with it than the container. */
    public static final Duration INTERVAL_MIN = Duration.ofSeconds(1);

    /** Two failures more, and an hour has passed. */
    public static final Duration INTERVAL_MAX = Duration.ofMinutes(20);

    /** What one check in ten seconds costs is not to be seen. */
    public static final Duration INTERVAL_DEFAULT = Duration.ofSeconds(10);

    /** A program takes some tens of milliseconds to start on a busy machine. */
    public static final Duration TIMEOUT_MIN = Duration.ofMillis(100);

    /** What takes longer is no check. */
    public static final Duration TIMEOUT_MAX = Duration.ofMinutes(1);

    /** A program that looks at one thing is done by then. */
    public static final Duration TIMEOUT_DEFAULT = Duration.ofSeconds(5);

    /**
     * Validates the values.
     *
     * @throws IllegalArgumentException if one is out of its range
     */
    public Command {
      words = List.copyOf(words);
      words.forEach(ContainerProcess::requireWord);
      if (words.isEmpty() || words.getFirst().isBlank()) {
        throw new IllegalArgumentException("health command '': expected a program");
      }
      requireWithin("health interval", interval, INTERVAL_MIN, INTERVAL_MAX);
      requireWithin("health timeout", timeout, TIMEOUT_MIN, TIMEOUT_MAX);
    }
  }

  /**
   * It is well as long as it runs.
   *
   * @param after how long it has to have run before it counts as ready, up to {@link #AFTER_MAX}
   */
  record Running(Duration after) implements Working {
    /** A program that lacks something to run ends by then. */
    public static final Duration AFTER_DEFAULT = Duration.ofSeconds(5);

    /** As long as a start may take. */
    public static final Duration AFTER_MAX = Duration.ofHours(1);

    /**
     * Validates the time.
     *
     * @throws IllegalArgumentException if it is out of its range
     */
    public Running {
      requireWithin("health after", after, Duration.ZERO, AFTER_MAX);
    }
  }

  /** What it is called where templates are written. */
  default String kind() {
    return switch (this) {
      case Http ignored -> "http";
      case Tcp ignored -> "tcp";
      case Command ignored -> "command";
      case Running ignored -> "process";
    };
  }

  private static void requireWithin(String name, Duration value, Duration min, Duration max) {
    if (value.compareTo(min) < 0 || value.compareTo(max) > 0) {
      throw new IllegalArgumentException(
          Sentence.of("%s %s: expected %s to %s", name, value, min, max));
    }
  }
}
