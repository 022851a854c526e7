package io.sluice.provisioner.api;

import static io.sluice.provisioner.api.LeadingApi.problem;
import static io.sluice.provisioner.api.LeadingApi.tree;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.provisioner.history.HistoryException;
import io.sluice.provisioner.history.LoadHistory;
import io.sluice.provisioner.history.Span;
import io.sluice.schemas.id.ZoneId;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a monitor answers about the load over a time. */
class LoadCourseIT {
  private static final Instant NOON = Instant.parse("2026-11-01T12:00:00Z");
  private static final String LOAD = "/v1/zones/zone1/load";

  private final Kept kept = new Kept();
  private LeadingApi api;

  private static final class Kept implements LoadHistory {
    private final List<Span> asked = new ArrayList<>();
    private boolean away;

    @Override
    public synchronized SortedMap<String, List<Point>> load(ZoneId zone, Span span) {
      if (away) {
        throw new HistoryException("the history at http://nowhere can't be asked: no route");
      }
      asked.add(span);
      return new TreeMap<>(Map.of("cpu_usage", List.of(new Point(span.to(), 41.5))));
    }

    @Override
    public void close() {}
  }

  @BeforeEach
  void listen() throws IOException {
    api = new LeadingApi(Optional.of(kept));
  }

  @AfterEach
  void stop() {
    api.close();
  }

  @Test
  void theLoadOverATimeIsReadFromTheHistory() throws Exception {
    JsonNode course =
        tree(api.get(LOAD + "?from=2026-11-01T12:00:00Z&to=2026-11-01T12:10:00Z&step=1m"));

    assertThat(kept.asked)
        .containsExactly(new Span(NOON, NOON.plusSeconds(600), Duration.ofMinutes(1)));
    assertThat(course.path("zone").asText()).isEqualTo("zone1");
    assertThat(course.at("/load/cpu_usage/0/at").asText()).isEqualTo("2026-11-01T12:10:00Z");
    assertThat(course.at("/load/cpu_usage/0/mean").asDouble()).isEqualTo(41.5);
  }

  @Test
  void theLastHourIsMeantUnlessTheTimeIsNamed() throws Exception {
    tree(api.get(LOAD + "?to=2026-11-01T12:00:00Z"));

    assertThat(kept.asked)
        .containsExactly(new Span(NOON.minusSeconds(3600), NOON, Duration.ofSeconds(12)));
  }

  @Test
  void aTimeThatMakesNoSenseIsRefusedWithWhatWasExpected() throws Exception {
    assertThat(detail(LOAD + "?from=yesterday", 400)).contains("parameter from", "ISO-8601");
    assertThat(detail(LOAD + "?step=often", 400)).contains("parameter step", "10s");
    assertThat(detail(LOAD + "?from=2026-11-01T12:00:00Z&to=2026-11-01T11:00:00Z", 400))
        .contains("before the end");
    assertThat(detail("/v1/zones/zone9/load?step=1m", 404)).contains("zone9");
    assertThat(kept.asked).isEmpty();
  }

  @Test
  void aHistoryThatIsAwayAndOneThatIsNotThereAreToldApart() throws Exception {
    kept.away = true;
    assertThat(detail(LOAD + "?step=1m", 503)).contains("can't be asked: no route");

    try (LeadingApi without = new LeadingApi()) {
      assertThat(problem(without.get(LOAD + "?step=1m"), 404).path("detail").asText())
          .contains("history.url");
    }
  }

  private String detail(String path, int status) throws Exception {
    return problem(api.get(path), status).path("detail").asText();
  }
}
