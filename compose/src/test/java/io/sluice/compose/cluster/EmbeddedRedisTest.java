package io.sluice.compose.cluster;

import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EmbeddedRedisTest {
  @ParameterizedTest
  @ValueSource(strings = {"", "\n", "12ab", "-1", "99999999999999999999999"})
  void aNumberThatAPowerCutLeftNamesNobody(String content, @TempDir Path data) throws IOException {
    Files.writeString(data.resolve("redis.pid"), content);

    assertThatCode(() -> EmbeddedRedis.endLeftOver(data)).doesNotThrowAnyException();
  }
}
