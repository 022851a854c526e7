package io.sluice.schemas.topic;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeadLetterTest {
  private static final int MEGABYTES = 10_000_000;

  @Test
  void aSmallOriginalIsCopiedAsItWas() {
    DeadLetter.Content content =
        new DeadLetter("metrics", 3, 7, "not JSON").content(bytes(10), bytes(949_990));

    assertThat(content.key()).isEqualTo(bytes(10));
    assertThat(content.value()).isEqualTo(bytes(949_990));
    assertThat(content.headers().keySet())
        .containsExactly("sluice-topic", "sluice-partition", "sluice-offset", "sluice-error");
  }

  @ParameterizedTest
  @CsvSource({"0, 1048400", "1048400, 0", "700000, 700000", "20, 10000000", "0, 950001"})
  void itFitsWhateverTheOriginalAndTheErrorTake(int key, int value) {
    DeadLetter.Content content =
        new DeadLetter("metrics", 3, 7, "€".repeat(MEGABYTES)).content(bytes(key), bytes(value));

    assertThat(size(content)).isLessThan(DeadLetter.BYTES_MAX);
    assertThat(content.headers().get("sluice-value-bytes"))
        .isEqualTo(Integer.toString(value).getBytes(UTF_8));
    assertThat(content.headers().get("sluice-key-bytes"))
        .isEqualTo(Integer.toString(key).getBytes(UTF_8));
  }

  @Test
  void theLargestOriginalThatIsCopiedWholeFitsWithTheLongestError() {
    DeadLetter.Content content =
        new DeadLetter("metrics", 3, 7, "€".repeat(MEGABYTES)).content(bytes(0), bytes(950_000));

    assertThat(size(content)).isLessThan(DeadLetter.BYTES_MAX);
  }

  @Test
  void whatHadNoKeyAndNoValueHasNone() {
    DeadLetter.Content content = new DeadLetter("journal", 0, 1, "empty").content(null, null);

    assertThat(content.key()).isNull();
    assertThat(content.value()).isNull();
  }

  private static long size(DeadLetter.Content content) {
    long size = content.headers().values().stream().mapToLong(header -> header.length + 40).sum();
    byte[] key = content.key();
    byte[] value = content.value();
    return size + (key == null ? 0 : key.length) + (value == null ? 0 : value.length);
  }

  private static byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    Arrays.fill(bytes, (byte) 'x');
    return bytes;
  }
}
