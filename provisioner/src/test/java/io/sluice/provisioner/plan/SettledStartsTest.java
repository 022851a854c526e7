package io.sluice.provisioner.plan;

import static io.sluice.provisioner.Samples.server;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.provisioner.Samples;
import io.sluice.schemas.event.FleetEvent.CommandFailed;
import io.sluice.schemas.id.CommandId;
import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.id.ZoneId;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class SettledStartsTest {
  private static final ZoneId ZONE = new ZoneId("zone1");

  @Property
  void itHoldsWhatWasToldAndNothingElse(@ForAll List<@LongRange(min = 1, max = 40) Long> numbers) {
    Set<Long> told = new HashSet<>(numbers);

    SettledStarts settled = after(numbers);

    for (long number = 1; number <= 42; number++) {
      assertThat(settled.contains(ZONE.server(number))).isEqualTo(told.contains(number));
    }
  }

  @Property
  void theOrderOfTheFactsDoesNotMatter(@ForAll List<@LongRange(min = 1, max = 40) Long> numbers) {
    assertThat(after(numbers)).isEqualTo(after(numbers.reversed()));
  }

  @Test
  void numbersWithoutAGapAreOneRangeHoweverManyTheyAre() {
    SettledStarts settled = after(List.of(3L, 1L, 2L, 5L, 4L, 9L));

    assertThat(settled.ranges().get(ZONE)).hasToString("{1=5, 9=9}");
    assertThat(settled.contains(server("zone2-3"))).isFalse();
  }

  private static SettledStarts after(List<Long> numbers) {
    SettledStarts settled = SettledStarts.NONE;
    for (long number : numbers) {
      ServerId server = ZONE.server(number);
      settled =
          settled.after(
              new CommandFailed(ZONE, Samples.NOW, new CommandId(ZONE, number), server, "why"));
    }
    return settled;
  }
}
