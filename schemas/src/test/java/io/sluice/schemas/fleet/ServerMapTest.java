package io.sluice.schemas.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.id.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class ServerMapTest {
  private static final ZoneId ZONE = new ZoneId("zone1");

  @Property(tries = 200)
  void saysWhatASortedMapSaysAndTheMapsBeforeStayAsTheyWere(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 300) int steps) {
    Random chance = new Random(seed);
    List<ServerMap<Integer>> before = new ArrayList<>();
    List<TreeMap<ServerId, Integer>> expected = new ArrayList<>();
    ServerMap<Integer> map = ServerMap.empty();
    TreeMap<ServerId, Integer> model = new TreeMap<>();
    for (int step = 0; step < steps; step++) {
      before.add(map);
      expected.add(new TreeMap<>(model));
      ServerId id = ZONE.server(number(chance));
      if (chance.nextInt(3) == 0) {
        map = map.minus(id);
        model.remove(id);
      } else {
        map = map.plus(id, step);
        model.put(id, step);
      }
      assertThat(map).isEqualTo(model).hasSize(model.size());
      assertThat(List.copyOf(map.keySet())).isEqualTo(List.copyOf(model.keySet()));
      assertThat(map.containsKey(id)).isEqualTo(model.containsKey(id));
    }
    for (int i = 0; i < before.size(); i++) {
      assertThat(before.get(i)).isEqualTo(expected.get(i));
      assertThat(differences(before.get(i), map)).isEqualTo(different(expected.get(i), model));
      assertThat(before.get(i).equals(map)).isEqualTo(expected.get(i).equals(model));
    }
    ServerMap<Integer> afresh = ServerMap.copyOf(model);
    assertThat(map.equals(afresh)).isTrue();
    assertThat(afresh.equals(map)).isTrue();
    assertThat(afresh.hashCode()).isEqualTo(model.hashCode());
  }

  private static long number(Random chance) {
    return switch (chance.nextInt(4)) {
      case 0 -> 1 + chance.nextInt(8);
      case 1 -> 1 + chance.nextInt(100);
      case 2 -> 1_000_000 + chance.nextInt(40);
      default -> ServerId.NUMBER_MAX - chance.nextInt(3);
    };
  }

  private static Set<ServerId> differences(ServerMap<?> one, ServerMap<?> other) {
    Set<ServerId> found = new TreeSet<>();
    one.differences(other, found::add);
    return found;
  }

  private static Set<ServerId> different(Map<ServerId, Integer> one, Map<ServerId, Integer> other) {
    Set<ServerId> all = new TreeSet<>(one.keySet());
    all.addAll(other.keySet());
    all.removeIf(id -> one.containsKey(id) && one.get(id).equals(other.get(id)));
    return all;
  }

  @Test
  void nothingCanBePutIntoIt() {
    ServerMap<Integer> map = ServerMap.<Integer>empty().plus(ZONE.server(1), 1);

    assertThatThrownBy(() -> map.put(ZONE.server(2), 2))
        .isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(() -> map.remove(ZONE.server(1)))
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void serversAreOfOneZone() {
    ServerMap<Integer> map = ServerMap.<Integer>empty().plus(ZONE.server(1), 1);
    ServerId other = new ZoneId("zone2").server(1);

    assertThat(map.containsKey(other)).isFalse();
    assertThatThrownBy(() -> map.plus(other, 1)).hasMessageContaining("expected one of zone zone1");
  }
}
