package io.sluice.balancer.pick;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

final class RoundRobinTest {
  private record Some(int size, Set<Integer> shut) implements Candidates {
    @Override
    public boolean open(int index) {
      return !shut.contains(index);
    }
  }

  @Test
  void choosesNobodyWhenNobodyIsOpen() {
    RoundRobin pick = new RoundRobin(0);
    assertThat(pick.choose(new Some(0, Set.of()))).isEmpty();
    assertThat(pick.choose(new Some(2, Set.of(0, 1)))).isEmpty();
  }

  @Property
  void sharesDifferByOneAtMost(
      @ForAll @IntRange(min = 1, max = 9) int size,
      @ForAll int first,
      @ForAll @IntRange(min = 0, max = 60) int choices) {
    RoundRobin pick = new RoundRobin(first);
    int[] shares = new int[size];

    for (int i = 0; i < choices; i++) {
      shares[pick.choose(new Some(size, Set.of())).getAsInt()]++;
    }

    for (int share : shares) {
      assertThat(share).isBetween(choices / size, (choices + size - 1) / size);
    }
  }

  @Property
  void neverChoosesAShutOne(
      @ForAll @IntRange(min = 1, max = 9) int size,
      @ForAll Set<@IntRange(min = 0, max = 8) Integer> shut) {
    RoundRobin pick = new RoundRobin(Integer.MAX_VALUE - 2);
    Set<Integer> chosen = new HashSet<>();
    for (int i = 0; i < 2 * size; i++) {
      pick.choose(new Some(size, shut)).ifPresent(chosen::add);
    }

    Set<Integer> open = new HashSet<>();
    for (int index = 0; index < size; index++) {
      if (!shut.contains(index)) {
        open.add(index);
      }
    }
    assertThat(chosen).isEqualTo(open);
  }
}
