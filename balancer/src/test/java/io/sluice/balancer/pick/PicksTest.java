package io.sluice.balancer.pick;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/** The picks but round robin, which has its own test. */
final class PicksTest {
  /** Servers with what is in flight to them, their weights and identities. */
  record Some(List<Integer> inFlight, List<Integer> weights, Set<Integer> shut, long key)
      implements Candidates {
    static Some of(int size) {
      return new Some(Collections.nCopies(size, 0), Collections.nCopies(size, 100), Set.of(), 0);
    }

    Some keyed(long other) {
      return new Some(inFlight, weights, shut, other);
    }

    Some shutting(Set<Integer> some) {
      return new Some(inFlight, weights, some, key);
    }

    @Override
    public int size() {
      return inFlight.size();
    }

    @Override
    public boolean open(int index) {
      return !shut.contains(index);
    }

    @Override
    public int inFlight(int index) {
      return inFlight.get(index);
    }

    @Override
    public int weight(int index) {
      return weights.get(index);
    }

    @Override
    public long identity(int index) {
      return ConsistentHash.mix(index + 1);
    }
  }

  private static Pick pick(PickKind kind, long seed) {
    Random random = new Random(seed);
    return kind.create(0, random::nextInt);
  }

  @Property
  void everyKindChoosesAnOpenOneIfThereIsOne(
      @ForAll PickKind kind,
      @ForAll long seed,
      @ForAll @IntRange(min = 0, max = 9) int size,
      @ForAll Set<@IntRange(min = 0, max = 8) Integer> shut) {
    Pick pick = pick(kind, seed);
    boolean some = false;
    for (int i = 0; i < size; i++) {
      some |= !shut.contains(i);
    }
    for (int i = 0; i < 20; i++) {
      OptionalInt chosen = pick.choose(Some.of(size).shutting(shut).keyed(seed + i));
      assertThat(chosen.isPresent()).isEqualTo(some);
      chosen.ifPresent(index -> assertThat(shut).doesNotContain(index));
      chosen.ifPresent(index -> assertThat(index).isBetween(0, size - 1));
    }
  }

  @Property
  void leastRequestsTakesTheIdlest(
      @ForAll @Size(min = 1, max = 9) List<@IntRange(min = 0, max = 50) Integer> busy) {
    Some candidates = new Some(busy, Some.of(busy.size()).weights(), Set.of(), 0);

    int chosen = new LeastRequests(3).choose(candidates).getAsInt();

    assertThat(busy.get(chosen)).isEqualTo(Collections.min(busy));
  }

  @Test
  void leastRequestsCountsWhatIsInFlightForTheWeight() {
    Some candidates = new Some(List.of(3, 6), List.of(100, 300), Set.of(), 0);
    assertThat(new LeastRequests(0).choose(candidates)).hasValue(1);
  }

  @Test
  void leastRequestsGoesRoundAmongEquals() {
    LeastRequests pick = new LeastRequests(0);
    List<Integer> chosen = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      chosen.add(pick.choose(Some.of(2)).getAsInt());
    }
    assertThat(chosen).containsExactly(0, 1, 0, 1);
  }

  @Property
  void powerOfTwoNeverTakesTheBusiestOfThree(@ForAll long seed) {
    Some candidates = new Some(List.of(1, 9, 2), List.of(100, 100, 100), Set.of(), 0);
    Pick pick = pick(PickKind.POWER_OF_TWO, seed);
    for (int i = 0; i < 50; i++) {
      assertThat(pick.choose(candidates)).isNotEqualTo(OptionalInt.of(1));
    }
  }

  @Property
  void weightedGivesSharesByWeightOverEveryRound(
      @ForAll @Size(min = 1, max = 6) List<@IntRange(min = 1, max = 20) Integer> shares) {
    Some candidates = new Some(Collections.nCopies(shares.size(), 0), shares, Set.of(), 0);
    Weighted pick = new Weighted();
    int[] chosen = new int[shares.size()];

    int round = shares.stream().mapToInt(Integer::intValue).sum();
    for (int i = 0; i < 3 * round; i++) {
      chosen[pick.choose(candidates).getAsInt()]++;
    }

    for (int i = 0; i < shares.size(); i++) {
      assertThat(chosen[i]).isEqualTo(3 * shares.get(i));
    }
  }

  @Property
  void aServerThatLeavesMovesOnlyItsOwnKeys(
      @ForAll @IntRange(min = 2, max = 9) int size,
      @ForAll @IntRange(min = 0, max = 8) int leaving,
      @ForAll long seed) {
    ConsistentHash pick = new ConsistentHash();
    int gone = leaving % size;
    for (int i = 0; i < 100; i++) {
      long key = ConsistentHash.mix(seed + i);
      int before = pick.choose(Some.of(size).keyed(key)).getAsInt();
      int after = pick.choose(Some.of(size).shutting(Set.of(gone)).keyed(key)).getAsInt();
      if (before != gone) {
        assertThat(after).isEqualTo(before);
      }
    }
  }

  @Property(tries = 20)
  void keysAreSpreadByWeight(@ForAll long seed) {
    Some candidates = new Some(List.of(0, 0, 0), List.of(100, 100, 200), Set.of(), 0);
    int[] chosen = new int[3];
    for (int i = 0; i < 8000; i++) {
      Some keyed = candidates.keyed(ConsistentHash.mix(seed + i));
      chosen[new ConsistentHash().choose(keyed).getAsInt()]++;
    }
    assertThat(chosen[0]).isBetween(1700, 2300);
    assertThat(chosen[2]).isBetween(3600, 4400);
  }

  @Property(tries = 20)
  void randomSparesNobody(@ForAll long seed) {
    Pick pick = pick(PickKind.RANDOM, seed);
    int[] chosen = new int[4];
    for (int i = 0; i < 4000; i++) {
      chosen[pick.choose(Some.of(4)).getAsInt()]++;
    }
    for (int share : chosen) {
      assertThat(share).isBetween(800, 1200);
    }
  }

  @Property
  void slowStartGrowsFromATenthToAll(@ForAll @IntRange(min = 0, max = 20_000) int ageMillis) {
    SlowStart slowStart = new SlowStart(Duration.ofSeconds(10));
    double share = slowStart.share(Duration.ofMillis(ageMillis).toNanos());
    double later = slowStart.share(Duration.ofMillis(ageMillis + 1L).toNanos());

    assertThat(share).isBetween(0.1, 1.0).isLessThanOrEqualTo(later);
    assertThat(share == 1).isEqualTo(ageMillis >= 10_000);
  }

  @Test
  void withoutSlowStartTheShareIsWholeAtOnce() {
    assertThat(new SlowStart(Duration.ZERO).share(0)).isEqualTo(1);
  }
}
