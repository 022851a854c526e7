package io.sluice.provisioner.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.sluice.schemas.config.ConfigException;
import io.sluice.schemas.config.Documents;
import io.sluice.schemas.config.Durations;
import io.sluice.schemas.config.Problem;
import io.sluice.schemas.config.Section;
import io.sluice.schemas.event.Actor;
import io.sluice.schemas.text.Sentence;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** What a request says, taken apart. */
final class Request {
  /** Whoever does not say who they are. */
  private static final Actor ANONYMOUS = new Actor("api");

  /** Who asks, as they say themselves. */
  static final HeaderName ACTOR = HeaderNames.create("Sluice-Actor");

  private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59Z");
  private static final Duration FOR_MIN = Duration.ofSeconds(1);
  private static final Duration FOR_MAX = Duration.ofDays(366);

  private Request() {}

  /** The body as text; empty if there is none. */
  static String text(ServerRequest request) {
    return request.content().hasEntity()
        ? new String(request.content().as(byte[].class), UTF_8)
        : "";
  }

  /** The body as an object whose keys are taken out one by one; empty if there is none. */
  static Section body(ServerRequest request) {
    try {
      return Section.root(Documents.parse("body", text(request)));
    } catch (ConfigException malformed) {
      throw Refusal.of(malformed);
    }
  }

  /** Refuses a body with anything wrong in it. */
  static void check(Section body) {
    try {
      body.orThrow("body");
    } catch (ConfigException wrong) {
      throw Refusal.of(wrong);
    }
  }

  /** Who asks, by the header {@code Sluice-Actor}. */
  static Optional<Actor> actor(ServerRequest request) {
    try {
      return request.headers().first(ACTOR).map(Request::actor);
    } catch (IllegalArgumentException malformed) {
      throw new Refusal(Status.BAD_REQUEST_400, "header Sluice-Actor: " + malformed.getMessage());
    }
  }

  /** Who asks, by the header, else by the body's {@code actor}, else {@code api}. */
  static Actor actor(ServerRequest request, Section body) {
    Optional<Actor> named = body.value("actor", Request::actor);
    return actor(request).or(() -> named).orElse(ANONYMOUS);
  }

  private static Actor actor(String name) {
    // A name is printed in a line of its own kind.
    if (name.chars().anyMatch(Character::isISOControl)) {
      throw new IllegalArgumentException("control characters: expected a name that can be printed");
    }
    Actor actor = new Actor(name);
    if (!actor.isSomebody()) {
      throw new IllegalArgumentException(
          "'%s': expected another name: that is what Sluice itself signs with".formatted(name));
    }
    return actor;
  }

  /** The end that a body names by {@code until} or {@code for}; empty: none. */
  static Optional<Instant> end(Section body, Instant now) {
    Optional<Instant> until = body.value("until", Request::time);
    Duration span = body.duration("for", Duration.ZERO, FOR_MIN, FOR_MAX);
    if (body.has("until") && body.has("for")) {
      body.note("for", Durations.format(span), "either 'for' or 'until'");
    }
    return body.has("for") ? Optional.of(now.plus(span)) : until;
  }

  /**
   * Reads a time in ISO-8601 with its offset.
   *
   * @throws IllegalArgumentException if it has another form
   */
  static Instant time(String text) {
    try {
      Instant time = OffsetDateTime.parse(text).toInstant();
      // Kafka has no others, and neither can be counted with at the ends of what Java has.
      if (time.isBefore(Instant.EPOCH) || time.isAfter(LATEST)) {
        throw new IllegalArgumentException(
            "time '%s': expected one from %s to %s".formatted(text, Instant.EPOCH, LATEST));
      }
      return time;
    } catch (DateTimeException malformed) {
      throw new IllegalArgumentException(
          "time '%s': expected ISO-8601 with an offset, such as 2026-11-01T12:00:00Z"
              .formatted(text),
          malformed);
    }
  }

  /** A parameter of the query, read; empty if it is not there. */
  static <T> Optional<T> parameter(ServerRequest request, String name, Function<String, T> read) {
    try {
      return request.query().first(name).asOptional().map(read);
    } catch (IllegalArgumentException malformed) {
      throw new Refusal(
          Status.BAD_REQUEST_400, "parameter %s: %s".formatted(name, malformed.getMessage()));
    }
  }

  /** A parameter of the query that is {@code true} or {@code false}; empty if it is not there. */
  static Optional<Boolean> flag(ServerRequest request, String name) {
    return parameter(
        request,
        name,
        text ->
            switch (text) {
              case "true" -> true;
              case "false" -> false;
              default ->
                  throw new IllegalArgumentException(
                      "'%s': expected true or false".formatted(text));
            });
  }

  /**
   * Refuses a query in which something else stands than these parameters, or one of them twice: who
   * asks would take the answer to a smaller question for that to theirs.
   */
  static void requireParameters(ServerRequest request, List<String> known) {
    for (String name : request.query().names()) {
      if (!known.contains(name)) {
        throw new Refusal(
            Status.BAD_REQUEST_400,
            "parameter '%s': expected %s"
                .formatted(
                    Sentence.shown(name),
                    known.isEmpty() ? "none" : "one of " + String.join(", ", known)));
      }
      List<String> values = request.query().all(name);
      if (values.size() > 1) {
        throw new Refusal(
            Status.BAD_REQUEST_400,
            "parameter '%s': stands there %d times, expected it once"
                .formatted(name, values.size()));
      }
    }
  }

  /** A refusal of content for one reason. */
  static Refusal wrong(String path, String value, String expected) {
    return Refusal.of(new ConfigException("body", List.of(new Problem(path, value, expected))));
  }
}
