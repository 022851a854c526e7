package io.sluice.compose.monitor;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.provisioner.api.DecidedZone;
import io.sluice.schemas.codec.Json;
import io.sluice.schemas.fleet.Fleet;
import io.sluice.schemas.fleet.Zone;
import io.sluice.schemas.http.WholeAnswer;
import io.sluice.schemas.id.Epoch;
import io.sluice.schemas.id.MonitorId;
import io.sluice.schemas.id.ZoneId;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Asks the monitors of a cluster how they are, all at the same time, and the leader what there is.
 * None of them reads the journal for that, so that the answer takes the same time however long the
 * journal is.
 */
public final class MonitorSurvey implements AutoCloseable {
  private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(2);

  /** A fleet of thousands is some megabytes. */
  private static final Duration FLEET_TIMEOUT = Duration.ofSeconds(10);

  private static final long ANSWER_BYTES_MAX = 256L << 20;

  private static final int OK = 200;
  private static final int NOT_FOUND = 404;
  private static final String LEADING = "leading";
  private static final String AWAY = "away";

  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(ANSWER_TIMEOUT)
          .build();

  /**
   * How a monitor is.
   *
   * @param id its number
   * @param url where it answers, or was looked for
   * @param reachable whether it answers
   * @param phase what it does, such as {@code leading} or {@code following}; {@code away}: nobody
   *     knows
   * @param leader whom it takes for the leader; empty: nobody
   * @param epoch the latest term that it heard of
   * @param kafka whether Kafka answers it
   * @param warnings what is wrong, and why
   */
  public record Line(
      int id,
      URI url,
      boolean reachable,
      String phase,
      Optional<Integer> leader,
      Epoch epoch,
      boolean kafka,
      List<String> warnings) {
    /** Copies the list. */
    public Line {
      warnings = List.copyOf(warnings);
    }

    static Line unreachable(int id, URI url, String why) {
      return new Line(id, url, false, AWAY, Optional.empty(), Epoch.NONE, false, List.of(why));
    }
  }

  /**
   * Who decides on a zone.
   *
   * @param monitor the monitor
   * @param zone the zone as it stands there
   */
  public record Decided(MonitorId monitor, DecidedZone zone) {}

  /**
   * Whoever leads, as far as can be told.
   *
   * @param id the monitor
   * @param epoch its term
   */
  public record Leading(MonitorId id, Epoch epoch) {}

  /**
   * What was found.
   *
   * @param monitors each monitor of the configuration, by its number
   * @param fleet what the leader knows, or else whoever answers
   * @param decided who decides on which zone
   */
  public record Found(List<Line> monitors, Fleet fleet, SortedMap<ZoneId, Decided> decided) {
    /** Whether any monitor answers. */
    public boolean anybody() {
      return monitors.stream().anyMatch(Line::reachable);
    }

    /**
     * Who leads: whoever says so of itself, by the latest term if several do; or else whom others
     * follow, which may not be reached from here.
     */
    public Optional<Leading> leading() {
      Optional<Leading> itself =
          monitors.stream()
              .filter(line -> line.phase().equals(LEADING))
              .max(Comparator.comparing(Line::epoch))
              .map(line -> new Leading(new MonitorId(line.id()), line.epoch()));
      return itself.or(() ->
          monitors.stream()
              .filter(line -> line.kafka() && line.leader().isPresent())
              .max(Comparator.comparing(Line::epoch))
              .map(line -> new Leading(new MonitorId(line.leader().orElseThrow()), line.epoch())));
    }
  }

  /** What one address gave. */
  private sealed interface Answer {
    URI url();

    record Told(URI url, Line line, SortedMap<Integer, URI> monitors, List<DecidedZone> decides)
        implements Answer {}

    record Silent(URI url, String why) implements Answer {}
  }

  private record Place(int id, URI url) {}

  private record Itself(int id, List<Place> monitors, List<DecidedZone> decides) {}

  /**
   * Asks.
   *
   * @param places where the monitors may be: the first at the first place, and so on. A place at
   *     which nobody listens counts only if a monitor that answers knows of one by that number
   */
  public Found of(List<URI> places) {
    List<Answer> answers = new ArrayList<>(askAll(places));
    SortedMap<Integer, URI> configured = new TreeMap<>();
    told(answers).forEach(told -> configured.putAll(told.monitors()));
    List<URI> elsewhere =
        configured.entrySet().stream()
            .filter(
                monitor -> told(answers).stream().noneMatch(t -> t.line().id() == monitor.getKey()))
            .map(Map.Entry::getValue)
            .filter(url -> !places.contains(url))
            .toList();
    answers.addAll(askAll(elsewhere));
    return new Found(lines(answers, places, configured), fleet(told(answers)), decided(answers));
  }

  /**
   * Where something is asked best: of whoever leads, or else of the first that is a monitor.
   *
   * @param places where the monitors may be
   * @return empty: no monitor answers there
   */
  public Optional<URI> bestOf(List<URI> places) {
    return told(askAll(places)).stream()
        .map(Answer.Told::line)
        .sorted(Comparator.comparing((Line line) -> !line.phase().equals(LEADING)))
        .map(Line::url)
        .findFirst();
  }

  private static List<Answer.Told> told(List<Answer> answers) {
    return answers.stream()
        .filter(Answer.Told.class::isInstance)
        .map(Answer.Told.class::cast)
        .toList();
  }

  private static List<Line> lines(
      List<Answer> answers, List<URI> places, SortedMap<Integer, URI> configured) {
    List<Line> lines = new ArrayList<>(told(answers).stream().map(Answer.Told::line).toList());
    configured.forEach((id, url) -> {
      if (lines.stream().noneMatch(line -> line.id() == id)) {
        URI expected = id <= places.size() ? places.get(id - 1) : url;
        lines.add(Line.unreachable(id, expected, why(answers, expected)));
      }
    });
    lines.sort(Comparator.comparingInt(Line::id));
    return lines;
  }

  private static String why(List<Answer> answers, URI place) {
    return answers.stream()
        .filter(answer -> answer.url().equals(place))
        .map(answer ->
            switch (answer) {
              case Answer.Silent(URI _, String why) -> why;
              case Answer.Told(URI _, Line line, var _, var _) ->
                  "monitor %d answers there".formatted(line.id());
            })
        .findFirst()
        .orElse("can't be reached from here");
  }

  private static SortedMap<ZoneId, Decided> decided(List<Answer> answers) {
    SortedMap<ZoneId, Decided> decided = new TreeMap<>();
    for (Answer.Told told : told(answers)) {
      MonitorId by = new MonitorId(told.line().id());
      // While a share moves, the one before may still name it: the later state is the one.
      told.decides()
          .forEach(zone ->
              decided.merge(
                  zone.zone(),
                  new Decided(by, zone),
                  (one, other) -> other.zone().time().isAfter(one.zone().time()) ? other : one));
    }
    return decided;
  }

  /** The leader's own view first; then the others', the furthest first. */
  private Fleet fleet(List<Answer.Told> told) {
    List<Answer.Told> order =
        told.stream()
            .sorted(
                Comparator.comparing((Answer.Told one) -> one.line().phase().equals(LEADING))
                    .thenComparing(one -> one.line().kafka())
                    .thenComparing(one -> one.line().epoch())
                    .reversed())
            .toList();
    return order.stream().flatMap(one -> fleet(one.url()).stream()).findFirst().orElse(Fleet.EMPTY);
  }

  /** What a monitor knows; empty: it gives no answer to that, so that the next one is asked. */
  private Optional<Fleet> fleet(URI monitor) {
    try {
      List<Zone> zones =
          Json.mapper()
              .convertValue(
                  json(monitor.resolve("/v1/zones"), FLEET_TIMEOUT), new TypeReference<>() {});
      SortedMap<ZoneId, Zone> byName = new TreeMap<>();
      zones.forEach(zone -> byName.put(zone.id(), zone));
      return Optional.of(new Fleet(byName));
    } catch (IOException silent) {
      return Optional.empty();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new MonitorException("interrupted while asking monitors", interrupted);
    }
  }

  private List<Answer> askAll(Collection<URI> monitors) {
    List<Answer> answers = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Answer>> asked =
          monitors.stream().map(monitor -> threads.submit(() -> ask(monitor))).toList();
      for (Future<Answer> answer : asked) {
        answers.add(answer.get());
      }
      return answers;
    } catch (ExecutionException failed) {
      throw new MonitorException("a monitor can't be asked: " + failed.getCause(), failed);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new MonitorException("interrupted while asking monitors", interrupted);
    }
  }

  private Answer ask(URI monitor) throws InterruptedException {
    try {
      JsonNode alive = json(monitor.resolve("/alive"), ANSWER_TIMEOUT);
      JsonNode standing = json(monitor.resolve("/election"), ANSWER_TIMEOUT);
      List<String> warnings = warnings(json(monitor.resolve("/observe/health"), ANSWER_TIMEOUT));
      boolean kafka = standing.path("kafka").asBoolean();
      // That its heartbeats can't be read for another reason its health says.
      if (!kafka && warnings.stream().noneMatch(told -> told.contains("is not there"))) {
        warnings.add("Kafka does not answer it");
      }
      int id = alive.path("id").asInt();
      Itself itself = itself(monitor, id);
      SortedMap<Integer, URI> others = new TreeMap<>();
      itself.monitors().forEach(other -> others.put(other.id(), other.url()));
      return new Answer.Told(
          monitor,
          new Line(
              id,
              monitor,
              true,
              standing.path("phase").asText(),
              Optional.of(standing.path("leader").asInt()).filter(leader -> leader > 0),
              new Epoch(standing.path("epoch").asLong()),
              kafka,
              warnings),
          others,
          itself.decides());
    } catch (HttpTimeoutException slow) {
      return new Answer.Silent(
          monitor, "does not answer within %d s".formatted(ANSWER_TIMEOUT.toSeconds()));
    } catch (IOException | IllegalArgumentException silent) {
      return new Answer.Silent(monitor, "can't be reached");
    }
  }

  /** What is not up, and what warns. */
  private static List<String> warnings(JsonNode health) {
    List<String> warnings = new ArrayList<>();
    for (JsonNode check : health.path("checks")) {
      String name = check.path("name").asText();
      JsonNode warning = check.at("/data/warning");
      if (warning.isTextual()) {
        warnings.add(name + ": " + warning.asText());
      } else if (check.path("status").asText().equals("DOWN")) {
        warnings.add(name + ": not well " + check.path("data"));
      }
    }
    return warnings;
  }

  /** What the monitor is; one of an earlier release can't say, and is taken to be alone. */
  private Itself itself(URI monitor, int id) throws IOException, InterruptedException {
    HttpResponse<String> answer = get(monitor.resolve("/v1/monitor"), ANSWER_TIMEOUT);
    return answer.statusCode() == NOT_FOUND
        ? new Itself(id, List.of(new Place(id, monitor)), List.of())
        : Json.mapper().readValue(answer.body(), Itself.class);
  }

  private JsonNode json(URI place, Duration atMost) throws IOException, InterruptedException {
    HttpResponse<String> answer = get(place, atMost);
    // A monitor that is not well answers with 503, and tells why.
    boolean told = answer.statusCode() == OK || place.getPath().startsWith("/observe/");
    if (!told) {
      throw new IOException("%s answered with %d".formatted(place, answer.statusCode()));
    }
    return Json.mapper().readTree(answer.body());
  }

  private HttpResponse<String> get(URI place, Duration atMost)
      throws IOException, InterruptedException {
    return WholeAnswer.to(
        http,
        HttpRequest.newBuilder(place).timeout(atMost).build(),
        HttpResponse.BodyHandlers.ofString(),
        ANSWER_BYTES_MAX,
        atMost);
  }

  @Override
  public void close() {
    http.close();
  }
}
