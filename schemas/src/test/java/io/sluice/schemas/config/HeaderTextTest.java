package io.sluice.schemas.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HeaderTextTest {
  @Test
  void visibleCharactersAreCarried() {
    assertThat(HeaderText.objection("!09azAZ-_=~")).isEmpty();
    assertThat(HeaderText.objection("two words")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {" a", "a ", "a\n"})
  void whatStandsAroundItWouldBeLost(String text) {
    assertThat(HeaderText.objection(text).orElseThrow()).endsWith("with blanks around it");
  }

  @ParameterizedTest
  @ValueSource(ints = {0x00, 0x09, 0x0A, 0x0D, 0x7F, 0xA0, 0xFC, 0x20AC, 0x1F511})
  void whatNoHeaderCarriesIsNamedByItsPlaceAndNotWithItsText(int other) {
    String text = "ab" + Character.toString(other) + "secret";

    assertThat(HeaderText.objection(text).orElseThrow())
        .endsWith("with U+%04X as number 3".formatted(other))
        .doesNotContain("secret");
  }
}
