package io.sluice.balancer.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class StageTest {
  private static Set<Stage> after(Stage stage) {
    Set<Stage> next = EnumSet.noneOf(Stage.class);
    Arrays.stream(Stage.values()).filter(stage::mayBecome).forEach(next::add);
    return next;
  }

  @ParameterizedTest
  @EnumSource
  void everyStageIsReachedAndLeft(Stage stage) {
    Set<Stage> reached = EnumSet.of(Stage.IDLE);
    for (Stage ignored : Stage.values()) {
      EnumSet.copyOf(reached).forEach(one -> reached.addAll(after(one)));
    }
    assertThat(reached).contains(stage);
    assertThat(after(stage)).isNotEmpty();
  }

  @Test
  void aRequestThatIsAnsweredIsNotSentAgain() {
    assertThat(after(Stage.ANSWERING)).containsExactlyInAnyOrder(Stage.TUNNEL, Stage.IDLE);
    assertThat(after(Stage.TUNNEL)).containsExactly(Stage.IDLE);
  }

  @Test
  void onlyServersThatHaveItAreSentMoreOfIt() {
    assertThat(Arrays.stream(Stage.values()).filter(Stage::withServer))
        .containsExactly(Stage.SENT, Stage.ANSWERING, Stage.TUNNEL);
  }
}
