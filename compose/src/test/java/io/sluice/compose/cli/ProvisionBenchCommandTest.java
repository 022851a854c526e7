package io.sluice.compose.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.compose.bench.provision.ProvisionBench;
import io.sluice.compose.drill.Times;
import io.sluice.schemas.codec.Json;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProvisionBenchCommandTest {
  private static final ProvisionBench.Report REPORT =
      new ProvisionBench.Report(
          Times.of(List.of(700L, 900L, 800L)),
          Times.of(List.of(1500L, 1200L)),
          Times.of(List.of(400L)));

  private final StringWriter err = new StringWriter();

  @Test
  void theMediansStandInTheTable() {
    assertThat(ProvisionBenchCommand.table(REPORT).lines())
        .containsExactly(
            "container                          median    800 ms, longest    900 ms, 3 runs",
            "container without start-up cache   median  1,350 ms, longest  1,500 ms, 2 runs",
            "process                            median    400 ms, longest    400 ms, 1 runs");
  }

  @Test
  void theReportIsOneObject() throws Exception {
    assertThat(Json.mapper().writeValueAsString(REPORT))
        .isEqualTo(
            "{\"docker\":{\"p50Millis\":800,\"maxMillis\":900,\"runs\":3},"
                + "\"dockerWithoutAotCache\":{\"p50Millis\":1350,\"maxMillis\":1500,\"runs\":2},"
                + "\"process\":{\"p50Millis\":400,\"maxMillis\":400,\"runs\":1}}");
  }

  @Test
  void whatCanNotBeMeasuredIsRefused() {
    assertThat(run("--rounds", "0")).isEqualTo(2);
    assertThat(err.toString()).contains("--rounds: is 0, expected 1 or more");
    assertThat(run("--engine", "http://x")).isEqualTo(2);
    assertThat(err.toString()).contains("expected unix:///path or tcp://host:port");
  }

  @Test
  void anEngineThatIsNotThereIsToldOf(@TempDir Path folder) {
    String engine = "unix://" + folder.resolve("socket");

    assertThat(run("--engine", engine)).isEqualTo(2);

    assertThat(err.toString())
        .startsWith("sluice: containers could not be listed on " + engine)
        .contains("the engine can't be reached");
  }

  private int run(String... options) {
    String[] words = new String[options.length + 2];
    words[0] = "bench";
    words[1] = "provision";
    System.arraycopy(options, 0, words, 2, options.length);
    return SluiceCommand.line().setErr(new PrintWriter(err, true)).execute(words);
  }
}
