package io.sluice.compose.drill.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class DeckTest {
  @Test
  void aSeedDrawsTheSameFaultsAgain() {
    assertThat(drawn(7, 100)).isEqualTo(drawn(7, 100)).isNotEqualTo(drawn(8, 100));
  }

  @Test
  void everyKindComesOnceBeforeOneComesAgain() {
    int kinds = new Deck(1, 3, "").cards().size();

    assertThat(drawn(1, kinds).stream().map(Fault::kind).collect(Collectors.toSet()))
        .hasSize(kinds);
    assertThat(drawn(1, 2 * kinds).subList(kinds, 2 * kinds).stream().map(Fault::kind))
        .doesNotHaveDuplicates();
  }

  @Test
  void aDeckOfSomeHasNoOthers() {
    Deck deck = new Deck(1, 3, "broker");

    assertThat(Stream.generate(deck::next).limit(6).map(Fault::kind))
        .containsOnly("kill broker", "pause broker", "terminate broker");
  }

  @Test
  void anOnlyBrokerIsItsOwnController() {
    assertThat(Deck.kinds(1)).noneMatch(kind -> kind.contains("controller"));
    assertThat(Deck.kinds(3)).contains("kill controller", "pause controller");
  }

  @Test
  void aDeckOfNoneIsRefusedByName() {
    assertThatThrownBy(() -> new ChaosConfig(Duration.ofMinutes(1), 1, 1, 1, "brokr"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'brokr': expected a part of one of")
        .hasMessageContaining("kill broker");
  }

  private static List<Fault> drawn(long seed, int count) {
    Deck deck = new Deck(seed, 3, "");
    return Stream.generate(deck::next).limit(count).toList();
  }
}
