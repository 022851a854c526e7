package io.sluice.schemas.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DocumentsTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "a:",
        "a: ~",
        "a: null",
        "{\"a\": null}",
        "a: [1, null]",
        "a: {b: }",
        "servers: {min: 2, max: }",
        "rules:\n#  - {type: target}\n"
      })
  void whatWasLeftBlankIsRefused(String text) {
    assertThat(problems(text)).singleElement().asString().contains("key left out");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a: &x 1",
        "a: {b: &x [1]}",
        "a: &x 1.4\nb: *x",
        "- &x a\n- *x",
        "base: &x {a: 1}\nzone: {<<: *x}",
        "a: !!str 1.10",
        "a: !secret b"
      })
  void anchorsAliasesAndTagsAreRefused(String text) {
    assertThat(problems(text))
        .isNotEmpty()
        .allSatisfy(it -> assertThat(it).matches(".*(without a|written out).*"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "no",
        "No",
        "NO",
        "yes",
        "on",
        "off",
        "y",
        "N",
        "True",
        "FALSE",
        "0123",
        "010",
        "08",
        "0o17",
        "0x1F",
        "-0x1f",
        "0b101",
        "1_000",
        "1_000.5",
        "12:30:45",
        "12:30",
        ".inf",
        "-.Inf",
        ".nan"
      })
  void wordsThatYamlWouldChangeAreRefusedWithHowToQuoteThem(String word) {
    assertThat(problems("environment: {A: " + word + "}"))
        .singleElement()
        .asString()
        .startsWith("environment.A: is " + word)
        .contains("\"" + word + "\" in quotes");
    assertThat(problems("- " + word)).hasSize(1);
    assertThatCode(() -> Documents.parse("test", "a: \"" + word + "\"")).doesNotThrowAnyException();
    assertThatCode(() -> Documents.parse("test", "a: '" + word + "'")).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"0123456789abcdef", "0779b", "0o19", "0xyz", "0b12", "1.2.3", "v1.10", "e3"})
  void aWordThatNoYamlChangesIsText(String word) {
    Section section = section("a: " + word);

    assertThat(section.string("a")).contains(word);
    assertThat(section.problems()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"1.10", "1e3", "+5", "1.0e+2", ".5", "1.", "-0", "12345678901234567890.0"})
  void aNumberWhoseTextWouldChangeIsNoText(String number) {
    Section section = section("a: " + number);

    assertThat(section.string("a")).isEmpty();
    assertThat(section.problems())
        .singleElement()
        .extracting(Problem::toString)
        .asString()
        .startsWith("a: is " + number)
        .contains("quotes");
  }

  @Test
  void aNumberIsOneWhereANumberIsExpected() {
    Section section = section("{a: 1.10, b: 0.50, c: 1e3, d: 7, e: 60.0, f: -2}");

    assertThat(section.decimal("a", 0, 0, 10)).isEqualTo(1.1);
    assertThat(section.decimal("b", 0, 0, 10)).isEqualTo(0.5);
    assertThat(section.decimal("c", 0, 0, 1e9)).isEqualTo(1000);
    assertThat(section.integer("d", 0, 0, 10)).isEqualTo(7);
    assertThat(section.decimal("e", 0, 0, 100)).isEqualTo(60);
    assertThat(section.integer("f", 0, -5, 5)).isEqualTo(-2);
    assertThat(section.problems()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"010", "٣", "1_0", "0x10", " ", "1e1", "99999999999"})
  void anIntegerIsWrittenPlainly(String text) {
    Section section = Section.ofValues(Map.of("a", text));

    section.integer("a", 1, 0, 100);

    assertThat(section.problems()).hasSize(1);
  }

  @Test
  void textsThatNobodyTakesForSomethingElseStayAsTheyAre() {
    Map<String, String> texts =
        section(
                """
                a: sluice-app:1
                b: 1.2.3
                c: 10.0.0.1:9092
                d: norway
                e: 2026-01-01T00:00:00Z
                f: 1.5
                g: 12
                h: true
                i: 10s
                j: 5e
                k: ""
                l: "1.10"
                m: 0 8 * * mon-fri
                n: 64MiB
                """)
            .strings();

    assertThat(texts)
        .containsEntry("b", "1.2.3")
        .containsEntry("c", "10.0.0.1:9092")
        .containsEntry("f", "1.5")
        .containsEntry("g", "12")
        .containsEntry("h", "true")
        .containsEntry("k", "")
        .containsEntry("l", "1.10")
        .hasSize(14);
  }

  @Test
  void aNulCharacterIsRefused() {
    assertThat(problems("{\"a\": \"b\\u0000c\"}")).singleElement().asString().contains("NUL");
  }

  @Test
  void whatIsMalformedOrNamedTwiceIsRefusedWithItsPlace() {
    assertThatThrownBy(() -> Documents.parse("test", "a: [1"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("line");
    assertThatThrownBy(() -> Documents.parse("test", "{a: 1, a: 2}"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("line");
  }

  @Test
  void anEmptyTextIsNoTree() {
    assertThat(Documents.parse("test", "").isMissingNode()).isTrue();
    assertThat(Documents.parse("test", "# nothing").isMissingNode()).isTrue();
  }

  @Test
  void whatIsVeryLongIsShownInPart() {
    assertThat(problems("a: &" + "x".repeat(5_000) + " 1"))
        .allSatisfy(problem -> assertThat(problem).hasSizeLessThan(400));
  }

  private static Section section(String text) {
    return Section.root(Documents.parse("test", text));
  }

  private static List<String> problems(String text) {
    ConfigException refused =
        catchThrowableOfType(ConfigException.class, () -> Documents.parse("test", text));
    return refused == null
        ? List.of()
        : refused.problems().stream().map(Problem::toString).toList();
  }
}
