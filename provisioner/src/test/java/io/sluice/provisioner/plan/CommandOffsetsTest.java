package io.sluice.provisioner.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.id.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class CommandOffsetsTest {
  private static final ZoneId ZONE1 = new ZoneId("zone1");
  private static final ZoneId ZONE2 = new ZoneId("zone2");

  @Property
  void theOffsetIsTheFirstOpenCommandOrElseWhereReadingHasGotTo(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 60) int commands) {
    Random random = new Random(seed);
    CommandOffsets offsets = new CommandOffsets(Map.of(0, 0L));
    List<Long> open = new ArrayList<>();
    long offset = 0;
    for (int i = 0; i < commands; i++) {
      offset += 1 + random.nextInt(3);
      offsets.open(new Place(0, offset), ZONE1);
      open.add(offset);
      while (!open.isEmpty() && random.nextBoolean()) {
        offsets.done(new Place(0, open.remove(random.nextInt(open.size()))));
      }

      long expected = open.stream().min(Long::compare).orElse(offset + 1);
      assertThat(offsets.all()).containsExactly(Map.entry(0, expected));
    }
  }

  @Test
  void aZoneKnowsWhetherACommandOfItsOwnIsOpen() {
    CommandOffsets offsets = new CommandOffsets(Map.of());
    offsets.open(new Place(0, 1), ZONE1);
    offsets.open(new Place(1, 1), ZONE1);

    offsets.done(new Place(0, 1));
    offsets.done(new Place(0, 1));
    assertThat(offsets.anyOpenIn(ZONE1)).isTrue();
    assertThat(offsets.anyOpenIn(ZONE2)).isFalse();
    offsets.done(new Place(1, 1));

    assertThat(offsets.anyOpenIn(ZONE1)).isFalse();
  }

  @Test
  void aPartitionIsFullWhenTooManyCommandsAreOpenAndNotWhenTheyAreDoneBehindOneThatIs() {
    CommandOffsets offsets = new CommandOffsets(Map.of(0, 0L, 1, 0L));
    offsets.open(new Place(0, 0), ZONE1);
    for (long i = 1; i <= 2L * CommandOffsets.OPEN_MAX; i++) {
      offsets.open(new Place(0, i), ZONE2);
      offsets.done(new Place(0, i));
    }
    assertThat(offsets.full()).isEmpty();

    for (long i = 0; i < CommandOffsets.OPEN_MAX; i++) {
      offsets.open(new Place(1, i), ZONE2);
    }

    assertThat(offsets.full()).containsExactly(1);
  }
}
