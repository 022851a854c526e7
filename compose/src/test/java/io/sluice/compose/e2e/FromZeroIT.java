package io.sluice.compose.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.compose.cluster.ClusterConfig;
import io.sluice.compose.cluster.EmbeddedCluster;
import io.sluice.compose.cluster.FreePorts;
import io.sluice.compose.kafka.Entry;
import io.sluice.compose.kafka.TopicReader;
import io.sluice.schemas.command.ReasonCode;
import io.sluice.schemas.command.ScaleCommand;
import io.sluice.schemas.config.KafkaAccess;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.topic.Topics;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A zone without servers: requests wait, wake it, are answered; idle, it goes back to none. */
class FromZeroIT {
  private static final ZoneId ZONE = new ZoneId("zone1");
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  @TempDir private Path folder;

  @Test
  void requestsWakeAZoneThatSleepsAgainWhenTheyAreOver() throws Exception {
    try (EmbeddedCluster cluster =
            EmbeddedCluster.start(
                config().withData(folder.resolve("data")).withPorts(FreePorts.find()),
                FromZeroIT::say);
        HttpClient http = HttpClient.newHttpClient()) {
      await().atMost(PATIENCE).until(cluster::ready);
      assertThat(cluster.fleet().zone(ZONE).servers()).isEmpty();

      assertThat(ask(http, cluster)).containsOnly(200);
      await().atMost(PATIENCE).until(() -> cluster.fleet().zone(ZONE).servers().isEmpty());
      assertThat(ask(http, cluster)).containsOnly(200);

      assertThat(byDemand(cluster)).hasSize(2);
      AuditAtEnd.verify(cluster.bootstrap());
    }
  }

  private static void say(String line) {
    System.out.println(line);
  }

  private ClusterConfig config() throws IOException {
    Path file = folder.resolve("from-zero.yaml");
    Files.writeString(
        file,
        """
        zones:
          zone1:
            policy:
              servers: {min: 0, max: 2}
              rules: [{type: target, metric: in_flight, target: 100}]
              window: 2s
              warmUp: 2s
              stabilisation: {in: 3s}
        """);
    return ClusterConfig.read(file, Map.of());
  }

  /** Several users at once; the statuses of their answers. */
  private static List<Integer> ask(HttpClient http, EmbeddedCluster cluster) {
    HttpRequest question = HttpRequest.newBuilder(cluster.balancer(0).resolve("/id")).build();
    List<CompletableFuture<Integer>> answers =
        IntStream.range(0, 8)
            .mapToObj(_ ->
                http.sendAsync(question, HttpResponse.BodyHandlers.discarding())
                    .thenApply(HttpResponse::statusCode))
            .toList();
    return answers.stream().map(CompletableFuture::join).toList();
  }

  private static List<ScaleCommand> byDemand(EmbeddedCluster cluster) {
    try (TopicReader<ScaleCommand> reader =
        new TopicReader<>(
            KafkaAccess.at(cluster.bootstrap()),
            Topics.SCALE_COMMANDS,
            problem -> {
              throw new AssertionError(problem);
            })) {
      return reader.toEnd().stream()
          .map(Entry::value)
          .filter(command -> command.reason().code() == ReasonCode.DEMAND)
          .toList();
    }
  }
}
