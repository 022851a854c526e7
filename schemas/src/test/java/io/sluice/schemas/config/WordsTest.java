package io.sluice.schemas.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.Chars;
import org.junit.jupiter.api.Test;

class WordsTest {
  @Test
  void blanksSeparateAndQuotesKeepTogether() {
    assertThat(Words.split(" sh  -c 'echo \"a b\"' \"it's\"x ''\n"))
        .containsExactly("sh", "-c", "echo \"a b\"", "it'sx", "");
    assertThat(Words.split(" ")).isEmpty();
  }

  @Test
  void aQuoteThatIsNotClosedIsRefused() {
    assertThatThrownBy(() -> Words.split("sh -c 'echo")).hasMessageContaining("closed");
  }

  @Test
  void whatHasBothQuotesCannotBeWritten() {
    assertThatThrownBy(() -> Words.join(List.of("'\""))).hasMessageContaining("quote");
  }

  @Property
  void whatIsJoinedIsSplitIntoTheSameWords(
      @ForAll List<@CharRange(from = 'a', to = 'd') @Chars({' ', '\t', '"', '$'}) String> words) {
    assertThat(Words.split(Words.join(words))).isEqualTo(words);
  }
}
