package io.sluice.compose.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.schemas.codec.Json;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class WhatIfCommandTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @TempDir private Path folder;
  private Path trace = Path.of("");
  private Path still = Path.of("");
  private Path origin = Path.of("");

  @BeforeEach
  void anHourOfTooMuchAndTwoPolicies() throws IOException {
    trace =
        Files.writeString(
            folder.resolve("hour.csv"),
            "timestamp,value\n2026-01-01 00:00:00,200\n2026-01-01 01:00:00,200\n");
    still = Files.writeString(folder.resolve("still.yaml"), "servers: {max: 1}\n");
    origin = Files.writeString(folder.resolve("origin.json"), "{\"servers\":{\"max\":9}}");
  }

  @Test
  void printsATable() {
    int code =
        run("--policy", still, "--policy", origin, "--trace", trace, "--servers-capacity", 100);

    assertThat(code).as("%s", err).isZero();
    assertThat(out.toString().lines())
        .contains(
            "hour.csv, 2026-01-01T00:00:00Z to 2026-01-01T01:00:00Z; start-up 10s, drain 5s,"
                + " target 80%",
            "policy  server-hours  over target  worst load  unserved  actions  flaps  servers",
            "still           1.00      100.00%        200%    50.00%        0      0   1 to 1",
            "origin          3.00        0.00%         67%     0.00%        0      0   3 to 3");
  }

  @Test
  void printsAnObjectAndDrawsAPlot() throws IOException {
    Path plot = folder.resolve("plot.svg");

    int code =
        run(
            "--policy",
            still,
            "--trace",
            trace,
            "--server-capacity",
            100,
            "--json",
            "--plot",
            plot,
            "--start-up",
            "1m",
            "--drain",
            "0s",
            "--target",
            300);

    assertThat(code).as("%s", err).isZero();
    JsonNode report = Json.mapper().readTree(out.toString());
    assertThat(report.at("/policies/0/name").asText()).isEqualTo("still");
    assertThat(report.at("/policies/0/serverHours").asDouble()).isEqualTo(1);
    assertThat(report.at("/policies/0/overTargetShare").asDouble()).isZero();
    assertThat(report.path("startUp").asText()).isEqualTo("PT1M");
    assertThat(plot).content().startsWith("<svg").contains("hour.csv");
  }

  @Test
  void saysEverythingThatIsWrongAtOnce() throws IOException {
    Path wrong = Files.writeString(folder.resolve("wrong.yaml"), "servers: {max: many}\n");
    Files.writeString(trace, "timestamp,value\n2026-01-01 00:00:00,x\n");

    int code =
        run(
            "--policy",
            wrong,
            "--trace",
            trace,
            "--target",
            "-3",
            "--start-up",
            "2d",
            "--zone",
            "z");

    assertThat(code).isEqualTo(ExitCode.REFUSED);
    assertThat(err.toString())
        .startsWith("sluice: what-if: ")
        .contains("--servers-capacity: is (none), expected how much of the trace one server does")
        .contains("--target: is '-3', expected a number from")
        .contains("--start-up: is '2d', expected a duration from 0s to 1h")
        .contains("--zone: is given with --trace")
        .contains("wrong.yaml: servers.max: is 'many', expected an integer")
        .contains("hour.csv: line 2: is 'x', expected a number of 0 or more");
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void aHistoryHasItsOwnCapacityAndProperTimes() {
    int code = run("--policy", still, "--servers-capacity", 5, "--from", "noon");

    assertThat(code).isEqualTo(ExitCode.REFUSED);
    assertThat(err.toString())
        .contains("--servers-capacity: is given without --trace")
        .contains("--from: is 'noon', expected a time: 2026-");
  }

  @Test
  void aPlotThatCantBeWrittenIsRefused() {
    int code =
        run(
            "--policy",
            still,
            "--trace",
            trace,
            "--servers-capacity",
            100,
            "--plot",
            folder.resolve("nowhere").resolve("plot.svg"));

    assertThat(code).isEqualTo(ExitCode.REFUSED);
    assertThat(err.toString()).contains("plot.svg', expected a file that can be written");
  }

  private int run(Object... arguments) {
    CommandLine line = SluiceCommand.line();
    line.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
    String[] words = new String[arguments.length + 1];
    words[0] = "what-if";
    for (int i = 0; i < arguments.length; i++) {
      words[i + 1] = arguments[i].toString();
    }
    return line.execute(words);
  }
}
