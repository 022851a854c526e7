package io.sluice.balancer.spill;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.balancer.spill.Scene.Load;
import io.sluice.schemas.id.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/** What holds for all zones, whatever they are like. */
final class SpillRulePropertyTest {
  private static final ZoneId HOME = new ZoneId("zone0");

  @Provide
  Arbitrary<Scene> scenes() {
    Arbitrary<int[]> loads =
        Combinators.combine(
                Arbitraries.integers().between(0, 4),
                Arbitraries.integers().between(0, 4),
                Arbitraries.integers().between(0, 60))
            .as((alive, open, inFlight) -> new int[] {alive, Math.min(open, alive), inFlight});
    return Combinators.combine(loads.list().ofMaxSize(5), Arbitraries.of(true, false))
        .as((all, again) -> new Scene(named(all), again));
  }

  private static List<Load> named(List<int[]> all) {
    return IntStream.range(0, all.size())
        .mapToObj(index -> {
          int[] load = all.get(index);
          return new Load("zone" + index, load[0], load[1], load[2]);
        })
        .toList();
  }

  @Property
  void aRequestGoesNowhereOnlyIfNobodyIsOpen(
      @ForAll("scenes") Scene scene, @ForAll @IntRange(max = 20) int busyAt) {
    Destination destination = new SpillRule(HOME, busyAt).choose(scene);

    assertThat(destination instanceof Destination.Nowhere)
        .isEqualTo(scene.loads().stream().allMatch(load -> load.open() == 0));
  }

  @Property
  void whoIsChosenIsOpen(@ForAll("scenes") Scene scene, @ForAll @IntRange(max = 20) int busyAt) {
    if (new SpillRule(HOME, busyAt).choose(scene) instanceof Destination.Zone(int index, var _)) {
      assertThat(scene.open(index)).isPositive();
    }
  }

  @Property
  void aHomeThatCanTakeItDoes(
      @ForAll("scenes") Scene scene, @ForAll @IntRange(max = 20) int busyAt) {
    if (new SpillRule(HOME, busyAt).choose(scene) instanceof Destination.Zone(int index, var why)) {
      boolean can =
          scene.open(0) > 0 && (busyAt == 0 || scene.inFlight(0) < busyAt * scene.alive(0));

      assertThat(why.isEmpty()).isEqualTo(index == 0);
      assertThat(can && index != 0).isFalse();
    }
  }

  @Property
  void nobodyOverTheLimitIsChosenWhileAnotherIsWithinIt(
      @ForAll("scenes") Scene scene, @ForAll @IntRange(min = 1, max = 20) int busyAt) {
    if (new SpillRule(HOME, busyAt).choose(scene) instanceof Destination.Zone(int index, var _)) {
      boolean someWithin =
          IntStream.range(0, scene.size())
              .anyMatch(zone ->
                  scene.open(zone) > 0 && scene.inFlight(zone) < busyAt * scene.alive(zone));

      assertThat(someWithin && scene.inFlight(index) >= busyAt * scene.alive(index)).isFalse();
    }
  }

  /** Requests that come and stay: the home zone fills up to its limit, and not one request more. */
  @Property
  void onlyTheExcessSpills(
      @ForAll @IntRange(min = 1, max = 4) int homeServers,
      @ForAll @IntRange(min = 1, max = 20) int busyAt,
      @ForAll @IntRange(max = 100) int requests) {
    SpillRule rule = new SpillRule(HOME, busyAt);
    int room = homeServers * busyAt;
    int[] inFlight = new int[2];
    for (int i = 0; i < requests; i++) {
      Scene scene =
          Scene.of(
              new Load("zone0", homeServers, homeServers, inFlight[0]),
              new Load("zone1", 100, 100, inFlight[1]));
      Destination destination = rule.choose(scene);
      assertThat(destination).isInstanceOf(Destination.Zone.class);
      inFlight[((Destination.Zone) destination).index()]++;
    }

    assertThat(inFlight[0]).isEqualTo(Math.min(requests, room));
    assertThat(inFlight[1]).isEqualTo(Math.max(0, requests - room));
  }

  @Property
  void theOrderOfTheOtherZonesMattersOnlyBetweenEquals(
      @ForAll("scenes") Scene scene, @ForAll @IntRange(max = 20) int busyAt) {
    SpillRule rule = new SpillRule(HOME, busyAt);
    List<Load> turned = new ArrayList<>(scene.loads().reversed());
    Scene other = new Scene(turned, scene.again());

    if (rule.choose(scene) instanceof Destination.Zone(int index, var why)
        && rule.choose(other) instanceof Destination.Zone(int turnedIndex, var turnedWhy)) {
      Load one = scene.loads().get(index);
      Load two = turned.get(turnedIndex);
      assertThat(turnedWhy).isEqualTo(why);
      assertThat(one.inFlight() * two.alive()).isEqualTo(two.inFlight() * one.alive());
    }
  }
}
