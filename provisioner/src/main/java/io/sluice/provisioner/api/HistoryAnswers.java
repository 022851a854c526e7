package io.sluice.provisioner.api;

import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.sluice.provisioner.api.Decisions.Finding;
import io.sluice.schemas.config.ConfigException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

/** Answers questions about history, of which only so many are found out at once. */
final class HistoryAnswers {
  /** How far the clock of whoever asks may be ahead of ours. */
  private static final Duration AHEAD_MAX = Duration.ofMinutes(1);

  private final BoundedRuns runs;

  HistoryAnswers(BoundedRuns runs) {
    this.runs = runs;
  }

  /** Sends what is found out, or refuses. */
  void answer(ServerRequest request, ServerResponse response, Callable<Finding> question) {
    switch (runs.run(Caller.of(request), question)) {
      case Finding.Found(Object value, var more) -> {
        more.ifPresent(place -> response.header(HeaderNames.LINK, next(request, place)));
        Answers.json(request, response, value);
      }
      case Finding.Missing(String sentence) -> throw new Refusal(Status.NOT_FOUND_404, sentence);
      case Finding.Unavailable(String sentence) ->
          throw new Refusal(Status.SERVICE_UNAVAILABLE_503, sentence);
      case Finding.Malformed(var problems) ->
          throw Refusal.of(new ConfigException("question", problems));
    }
  }

  /** The same question behind this place, as a link. */
  private static String next(ServerRequest request, CommandsQuestion.Place place) {
    List<String> parameters = new ArrayList<>();
    for (String name : request.query().names()) {
      if (!name.equals(DecisionCalls.BEFORE)) {
        request.query().all(name).forEach(value -> parameters.add(parameter(name, value)));
      }
    }
    parameters.add(parameter(DecisionCalls.BEFORE, place.toString()));
    return "<%s?%s>; rel=\"next\"".formatted(request.path().path(), String.join("&", parameters));
  }

  private static String parameter(String name, String value) {
    return URLEncoder.encode(name, StandardCharsets.UTF_8)
        + "="
        + URLEncoder.encode(value, StandardCharsets.UTF_8);
  }

  /**
   * A moment of which something can be known.
   *
   * @throws IllegalArgumentException if it is no time, or still to come
   */
  static Instant past(String text) {
    Instant time = Request.time(text);
    Instant now = Instant.now();
    if (time.isAfter(now.plus(AHEAD_MAX))) {
      throw new IllegalArgumentException(
          "time '%s': is still to come, expected one up to now, %s".formatted(text, now));
    }
    return time;
  }
}
