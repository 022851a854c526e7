package io.sluice.balancer.spill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.balancer.spill.Scene.Load;
import io.sluice.schemas.id.ZoneId;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class SpillRuleTest {
  private static final ZoneId HOME = new ZoneId("zone2");
  private static final SpillRule RULE = new SpillRule(HOME, 10);

  private static Destination home(int index) {
    return new Destination.Zone(index, Optional.empty());
  }

  private static Destination spilled(int index, Reason reason) {
    return new Destination.Zone(index, Optional.of(reason));
  }

  @Test
  void prefersItsHomeHoweverIdleTheOthersAre() {
    assertThat(RULE.choose(Scene.of(new Load("zone1", 9, 9, 0), new Load("zone2", 1, 1, 9))))
        .isEqualTo(home(1));
  }

  @Test
  void anEmptyHomeSpillsToTheLeastLoaded() {
    assertThat(
            RULE.choose(
                Scene.of(
                    new Load("zone1", 2, 2, 6),
                    new Load("zone2", 0, 0, 0),
                    new Load("zone3", 3, 3, 8))))
        .isEqualTo(spilled(2, Reason.EMPTY));
  }

  @Test
  void aHomeThatIsNotThereIsEmpty() {
    assertThat(RULE.choose(Scene.of(new Load("zone1", 1, 1, 0))))
        .isEqualTo(spilled(0, Reason.EMPTY));
  }

  @Test
  void onlyTheExcessOfABusyHomeSpills() {
    Load other = new Load("zone1", 1, 1, 0);

    assertThat(RULE.choose(Scene.of(other, new Load("zone2", 2, 2, 19)))).isEqualTo(home(1));
    assertThat(RULE.choose(Scene.of(other, new Load("zone2", 2, 2, 20))))
        .isEqualTo(spilled(0, Reason.BUSY));
  }

  @Test
  void withoutALimitAHomeIsNeverBusy() {
    assertThat(
            new SpillRule(HOME, 0)
                .choose(Scene.of(new Load("zone1", 9, 9, 0), new Load("zone2", 1, 1, 1_000_000))))
        .isEqualTo(home(1));
  }

  @Test
  void aHomeWhoseServersAreAllFullSpills() {
    assertThat(RULE.choose(Scene.of(new Load("zone1", 1, 1, 5), new Load("zone2", 2, 0, 4))))
        .isEqualTo(spilled(0, Reason.FULL));
  }

  @Test
  void aRequestThatFailedOnTheHomesServersGoesOnElsewhere() {
    Scene scene = new Scene(List.of(new Load("zone1", 1, 1, 5), new Load("zone2", 1, 0, 1)), true);

    assertThat(RULE.choose(scene)).isEqualTo(spilled(0, Reason.FAILED));
  }

  @Test
  void whereAllAreBusyTheLeastLoadedTakesItAndTheHomeComesFirst() {
    assertThat(RULE.choose(Scene.of(new Load("zone1", 1, 1, 12), new Load("zone2", 1, 1, 11))))
        .isEqualTo(home(1));
    assertThat(RULE.choose(Scene.of(new Load("zone1", 1, 1, 12), new Load("zone2", 1, 1, 12))))
        .isEqualTo(home(1));
    assertThat(RULE.choose(Scene.of(new Load("zone1", 1, 1, 12), new Load("zone2", 1, 1, 13))))
        .isEqualTo(spilled(0, Reason.BUSY));
  }

  @Test
  void nobodyTakesItWhereNobodyIsOpen() {
    assertThat(RULE.choose(Scene.of(new Load("zone1", 1, 0, 1), new Load("zone2", 0, 0, 0))))
        .isEqualTo(new Destination.Nowhere());
    assertThat(RULE.choose(Scene.of())).isEqualTo(new Destination.Nowhere());
  }

  @Test
  void aLimitBelowZeroIsRefused() {
    assertThatThrownBy(() -> new SpillRule(HOME, -1)).hasMessageContaining("0 to 1000000");
  }
}
