package io.sluice.compose.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a part says that can't start. */
class RoleStartTest {
  private final StringWriter err = new StringWriter();
  @TempDir private Path folder;
  private ServerSocket taken = unbound();

  private static ServerSocket unbound() {
    try {
      return new ServerSocket();
    } catch (IOException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  @BeforeEach
  void somebodyListens() throws IOException {
    taken.close();
    taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
  }

  @AfterEach
  void logsNowhere() throws IOException {
    Logs.toNowhere();
    taken.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "balancer | zone: zone1; static: true; traffic: {port: PORT}; admin: {port: 0}",
        "balancer | zone: zone1; static: true; traffic: {port: 0}; admin: {port: PORT}",
        "gateway  | home: zone1; kafka: {bootstrap: '127.0.0.1:1'}; traffic: {port: PORT}; admin: {port: 0}",
        "broker   | port: PORT",
        "broker   | port: 1; controllerPort: PORT",
        "gate     | port: PORT; images: app; networks: b",
        "app      | server: zone1-1; port: PORT",
        "monitor  | id: 1; port: PORT; token: sixteen-characters; monitors: {1: 'http://m:1'};"
            + " processes: {command: java}; zones: {zone1: {balancer: 'http://b:1', balancerAdmin: 'http://b:2'}}"
      })
  void aPortThatIsTakenIsSaidInOneSentence(String role, String keys) throws IOException {
    int port = taken.getLocalPort();

    int code = run(role.strip(), keys.replace("PORT", Integer.toString(port)));

    assertThat(err.toString().lines())
        .singleElement()
        .asString()
        .startsWith("sluice: ")
        .contains(Integer.toString(port))
        .doesNotContain("Exception");
    assertThat(code).isEqualTo(ExitCode.REFUSED);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "scale zone1 2 --port-offset 60000 | port offset 60000: expected 0 to 50000",
        "pause zone1 --port-offset -9000   | port offset -9000: expected 0 to 50000",
        "status --port-offset 60000        | port offset 60000: expected 0 to 50000",
        "events --port-offset -9093        | port offset -9093: expected 0 to 50000",
        "up --for 200000d                  | --for: is '200000d', expected a duration",
        "up --for 0s                       | --for: is '0s', expected a duration"
      })
  void aNumberThatIsOutOfItsRangeIsSaid(String line, String sentence) {
    int code = execute(line.strip());

    assertThat(err.toString()).contains(sentence).doesNotContain("\tat ");
    assertThat(code).isEqualTo(ExitCode.REFUSED);
  }

  @Test
  void aFileThatHoldsNoTokenIsNamedAndNotShown() throws IOException {
    Path file =
        Files.writeString(folder.resolve("token"), "first-line-1234567\nsecond-line-123456\n");

    int code = execute("scale zone1 2 --monitor http://127.0.0.1:1 --token-file " + file);

    assertThat(err.toString().lines())
        .singleElement()
        .asString()
        .contains(file.toString())
        .contains("expected one line")
        .doesNotContain("second-line");
    assertThat(code).isEqualTo(ExitCode.REFUSED);
  }

  @Test
  void aSettingThatKafkaDoesNotTakeIsSaidInOneSentenceAfterACrashToo() throws IOException {
    Path data = Files.createDirectories(folder.resolve("kafka"));
    // As a crash leaves it: made, with a controller's log, and without the mark of an orderly end.
    Files.createDirectories(data.resolve("__cluster_metadata-0"));
    Files.createFile(data.resolve("meta.properties"));

    int code =
        run(
            "broker",
            "port: 1; controllerPort: 2; data: '%s'; kafka: {num.io.threads: many}"
                .formatted(data));

    assertThat(err.toString().lines())
        .singleElement()
        .asString()
        .contains(data.toString())
        .contains("num.io.threads");
    assertThat(code).isEqualTo(ExitCode.REFUSED);
  }

  @Test
  void aHandOverFromNobodyWhoCanIsRefusedInOneSentence() throws IOException {
    int code = run("balancer --take-over", "zone: zone1; static: true; traffic: {port: 0}");

    assertThat(err.toString().lines())
        .singleElement()
        .asString()
        .startsWith("sluice: no hand-over: ")
        .contains("handOver.socket");
    assertThat(code).isEqualTo(ExitCode.REFUSED);
  }

  @Test
  void aFileThatIsNotThereIsSaidInOneSentence() {
    int code = execute("sink --config " + folder.resolve("away.yaml"));

    assertThat(err.toString().lines()).singleElement().asString().contains("can be read");
    assertThat(code).isEqualTo(ExitCode.REFUSED);
  }

  private int run(String role, String keys) throws IOException {
    Path file = folder.resolve("role.yaml");
    Files.writeString(file, String.join("\n", keys.strip().split("; ?")) + "\n");
    return execute(role + " --config " + file);
  }

  private int execute(String line) {
    return SluiceCommand.line()
        .setErr(new PrintWriter(err, true))
        .setOut(new PrintWriter(new StringWriter()))
        .execute(line.split(" "));
  }
}
