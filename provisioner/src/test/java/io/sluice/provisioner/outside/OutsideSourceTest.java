package io.sluice.provisioner.outside;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.provisioner.outside.OutsideSource.Place;
import io.sluice.schemas.config.ConfigException;
import io.sluice.schemas.config.Documents;
import io.sluice.schemas.config.KafkaAccess;
import io.sluice.schemas.config.Problem;
import io.sluice.schemas.config.Section;
import io.sluice.schemas.metric.Metric;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutsideSourceTest {
  @TempDir private Path folder;

  private static List<OutsideSource> read(String text) {
    Section root = Section.root(Documents.parse("zone", text));
    List<OutsideSource> sources = OutsideSource.read(root);
    root.orThrow("zone");
    return sources;
  }

  @Test
  void eachKindIsReadWithItsDefaults() {
    assertThat(
            read(
                """
                loads:
                  - {metric: queue_length, redis: {url: "redis://jobs", list: mails}}
                  - {metric: orders_lag, every: 10s, kafka: {group: billing, topic: orders}}
                  - {metric: jobs, promql: {url: "http://prom:9090/select/0/", query: sum(jobs)}}
                """))
        .containsExactly(
            new OutsideSource(
                new Metric("queue_length"),
                Duration.ofSeconds(5),
                new Place.RedisList(
                    URI.create("redis://jobs"), "mails", Optional.empty(), Optional.empty())),
            new OutsideSource(
                new Metric("orders_lag"),
                Duration.ofSeconds(10),
                new Place.GroupLag(Optional.empty(), "billing", "orders")),
            new OutsideSource(
                new Metric("jobs"),
                Duration.ofSeconds(5),
                new Place.PromQl(
                    URI.create("http://prom:9090/select/0"), "sum(jobs)", Optional.empty())));
    assertThat(read("{}")).isEmpty();
  }

  @Test
  void whoAsksIsReadAndNeverShown() throws Exception {
    Path file = folder.resolve("token");
    Files.writeString(file, "s3cret-token\n");
    List<OutsideSource> sources =
        read(
            """
            loads:
              - metric: a
                redis: {url: "rediss://jobs:6380/3", list: mails, user: u, password: s3cret-word}
              - {metric: b, promql: {url: "https://prom", query: q, tokenFile: "%s"}}
              - metric: c
                kafka:
                  group: g
                  topic: t
                  bootstrap: other:9092
                  properties: {sasl.jaas.config: s3cret-jaas}
            """
                .formatted(file));

    assertThat(sources)
        .extracting(OutsideSource::place)
        .containsExactly(
            new Place.RedisList(
                URI.create("rediss://jobs:6380/3"),
                "mails",
                Optional.of("u"),
                Optional.of(new Hidden("s3cret-word"))),
            new Place.PromQl(
                URI.create("https://prom"), "q", Optional.of(new Hidden("s3cret-token"))),
            new Place.GroupLag(
                Optional.of(
                    new KafkaAccess("other:9092", Map.of("sasl.jaas.config", "s3cret-jaas"))),
                "g",
                "t"));
    assertThat(sources.toString()).doesNotContain("s3cret");
    assertThat(sources.stream().map(OutsideSource::describe).toList().toString())
        .doesNotContain("s3cret");
  }

  @Test
  void allThatIsWrongIsToldAtOnceAndNoPasswordWithIt() {
    assertThatThrownBy(() ->
            read(
                """
                loads:
                  - {metric: cpu, redis: {url: "redis://me:s3cret@jobs", list: ""}}
                  - {every: 1ms, kafka: {group: g, properties: {client.rack: r}}}
                  - {metric: a, redis: {}, promql: {}}
                  - {metric: b}
                  - {metric: c, promql: {url: "ftp://x", query: q, token: t, tokenFile: none}}
                  - {metric: d, redis: {url: "redis://x", list: l, user: u, colour: red}}
                """))
        .isInstanceOfSatisfying(
            ConfigException.class,
            refused -> {
              assertThat(refused).hasMessageNotContaining("s3cret");
              assertThat(refused.problems())
                  .extracting(Problem::path)
                  .containsExactlyInAnyOrder(
                      "loads[0].metric",
                      "loads[0].redis.url",
                      "loads[0].redis.list",
                      "loads[1].every",
                      "loads[1].metric",
                      "loads[1].kafka.topic",
                      "loads[1].kafka.bootstrap",
                      "loads[2].promql",
                      "loads[3].redis",
                      "loads[4].promql.url",
                      "loads[4].promql.tokenFile",
                      "loads[4].promql.tokenFile",
                      "loads[5].redis.password",
                      "loads[5].redis.colour");
            });
  }

  @Test
  void twoSourcesOfOneMetricAreRefused() {
    String one = "  - {metric: a, kafka: {group: g, topic: t}}\n";
    assertThatThrownBy(() -> read("loads:\n" + one + one))
        .hasMessageContaining("loads: is two of one metric");
    String many =
        java.util.stream.IntStream.range(0, 17)
            .mapToObj(i -> one.replace("metric: a", "metric: a" + i))
            .collect(java.util.stream.Collectors.joining());
    assertThatThrownBy(() -> read("loads:\n" + many)).hasMessageContaining("17 sources");
  }

  @Test
  void aFigureOutlivesTwoAnswersThatDoNotCome() {
    Place anywhere = new Place.GroupLag(Optional.empty(), "g", "t");
    Metric metric = new Metric("a");
    assertThat(new OutsideSource(metric, Duration.ofSeconds(1), anywhere).validFor())
        .isEqualTo(Duration.ofSeconds(15));
    assertThat(new OutsideSource(metric, Duration.ofMinutes(1), anywhere).validFor())
        .isEqualTo(Duration.ofMinutes(3));
  }
}
