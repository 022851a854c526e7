package io.sluice.provisioner.fleet;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class LogTailTest {
  @Test
  void theLastLinesAreToldInTheirOrder() {
    String log =
        IntStream.rangeClosed(1, 100).mapToObj(Integer::toString).collect(Collectors.joining("\n"));

    assertThat(tail(log).lines())
        .containsExactly("91", "92", "93", "94", "95", "96", "97", "98", "99", "100");
    assertThat(tail("one\r\n\n  two \n\n")).hasToString("its log ends: one | two");
  }

  @Test
  void coloursAndControlCharactersAreLeftOut() {
    assertThat(tail("\u001b[31;1mbad\u001b[0m\tluck\u0007!").lines()).containsExactly("bad luck !");
  }

  @Test
  void whoLoggedNothingIsSaidToHaveLoggedNothing() {
    assertThat(tail("\n \n")).hasToString("it logged nothing");
  }

  @Test
  void whatCouldNotBeReadIsNotSpokenOf() {
    assertThat(LogTail.append("it ended", Optional.empty())).isEqualTo("it ended");
    assertThat(LogTail.append("it ended", Optional.of(tail("x"))))
        .isEqualTo("it ended; its log ends: x");
  }

  @Property
  void itFitsInASentenceWhateverWasPrinted(@ForAll byte[] printed) {
    LogTail tail = LogTail.of(printed);

    assertThat(tail.lines()).hasSizeLessThanOrEqualTo(LogTail.LINES_MAX);
    assertThat(tail.lines().stream().mapToInt(String::length).sum())
        .isLessThanOrEqualTo(LogTail.CHARACTERS_MAX);
    assertThat(tail.toString()).doesNotContainPattern("\\p{Cntrl}");
  }

  @Property
  void aLongLineIsCut(@ForAll("long") String line) {
    assertThat(tail(line).lines().getFirst())
        .hasSizeBetween(LogTail.CHARACTERS_MAX - 1, LogTail.CHARACTERS_MAX)
        .endsWith("…");
  }

  @net.jqwik.api.Provide("long")
  net.jqwik.api.Arbitrary<String> longLines() {
    return net.jqwik.api.Arbitraries.of("x", "ä", "\uD83D\uDE00").map(one -> one.repeat(5_000));
  }

  private static LogTail tail(String log) {
    return LogTail.of(log.getBytes(UTF_8));
  }
}
