package io.sluice.compose.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.sluice.schemas.codec.Json;
import org.junit.jupiter.api.Test;

class RolloutProgressTest {
  @Test
  void oldServersAreWaitedFor() throws JsonProcessingException {
    assertThat(
            of(
                2,
                1,
                "{\"state\":\"READY\",\"template\":2},{\"state\":\"DRAINING\",\"template\":1}"))
        .isEqualTo(new RolloutProgress.GoesOn(1, 0, 1, false));
  }

  @Test
  void theFirstOneIsSaidToBeWatchedUntilItIsJudged() throws JsonProcessingException {
    String zone =
        "{\"templateRevision\":2,\"policy\":{\"min\":1%s},\"rollout\":{%s},\"servers\":"
            + "{\"z-1\":{\"state\":\"READY\",\"template\":1},"
            + "\"z-2\":{\"state\":\"READY\",\"template\":2}}}";

    assertThat(read(zone.formatted("", "\"failures\":0")))
        .isEqualTo(new RolloutProgress.GoesOn(1, 0, 1, true));
    assertThat(read(zone.formatted("", "\"judged\":\"as-good\"")))
        .isEqualTo(new RolloutProgress.GoesOn(1, 0, 1, false));
    assertThat(read(zone.formatted(",\"canary\":{\"watch\":\"PT0S\"}", "\"failures\":0")))
        .isEqualTo(new RolloutProgress.GoesOn(1, 0, 1, false));
  }

  private static RolloutProgress read(String zone) throws JsonProcessingException {
    return RolloutProgress.of(Json.mapper().readTree(zone), 2);
  }

  @Test
  void aServerThatStartsIsWaitedFor() throws JsonProcessingException {
    assertThat(
            of(
                2,
                1,
                "{\"state\":\"READY\",\"template\":2},{\"state\":\"STARTING\",\"template\":2}"))
        .isEqualTo(new RolloutProgress.GoesOn(1, 1, 0, false));
  }

  @Test
  void itIsDoneOnceAllServersAreNewAndAsManyAsThePolicyAsksFor() throws JsonProcessingException {
    assertThat(of(2, 2, "{\"state\":\"READY\",\"template\":2}"))
        .isEqualTo(new RolloutProgress.GoesOn(1, 0, 0, false));
    assertThat(
            of(
                2,
                2,
                "{\"state\":\"READY\",\"template\":2},{\"state\":\"READY\",\"template\":2},"
                    + "{\"state\":\"DEAD\",\"template\":1}"))
        .isEqualTo(new RolloutProgress.Done(2));
  }

  @Test
  void aZoneThatSleepsIsDoneWithoutAServer() throws JsonProcessingException {
    assertThat(of(2, 0, "")).isEqualTo(new RolloutProgress.Done(0));
  }

  @Test
  void aMonitorThatHasNotReadOfTheRevisionYetDoesNotSayThatItIsDone()
      throws JsonProcessingException {
    assertThat(of(1, 0, "")).isEqualTo(new RolloutProgress.GoesOn(0, 0, 0, false));
  }

  @Test
  void aLaterRevisionHasReplacedIt() throws JsonProcessingException {
    assertThat(of(3, 1, "")).isEqualTo(new RolloutProgress.Replaced(3));
  }

  /** What is said of a zone at this revision, when the second one is waited for. */
  private static RolloutProgress of(int holds, int min, String servers)
      throws JsonProcessingException {
    StringBuilder named = new StringBuilder();
    int number = 0;
    for (String server : servers.isEmpty() ? new String[0] : servers.split("(?<=\\}),", -1)) {
      number++;
      named.append(number > 1 ? "," : "").append("\"z-%d\":%s".formatted(number, server));
    }
    return RolloutProgress.of(
        Json.mapper()
            .readTree(
                "{\"templateRevision\":%d,\"policy\":{\"min\":%d},\"servers\":{%s}}"
                    .formatted(holds, min, named)),
        2);
  }
}
