package io.sluice.compose.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.config.KafkaAccess;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KafkaOptionsTest {
  private static final String LOGIN =
      "sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required";

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  @TempDir private Path folder;
  private Path file = Path.of("");

  @BeforeEach
  void theFileIsNamed() {
    file = folder.resolve("client.properties");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "status",
        "events",
        "events --follow",
        "commands",
        "audit",
        "what-if",
        "explain zone1@1",
        "replay --at 10:00:00",
        "export x",
        "bench audit"
      })
  void aFileThatIsNotThereIsWrongUsage(String command) throws IOException {
    Path policy = Files.writeString(folder.resolve("p.yaml"), "servers: {max: 1}\n");
    String policies = command.equals("what-if") ? " --policy " + policy : "";

    int code = run(command + policies + " --bootstrap 127.0.0.1:1 --kafka-config " + file);

    assertThat(code).isEqualTo(ExitCode.REFUSED);
    assertThat(err.toString())
        .isEqualToIgnoringNewLines(
            "sluice: %s: (file): is unreadable, expected a file that can be read".formatted(file));
  }

  @Test
  void whatSluiceSaysItselfIsNamed() throws IOException {
    Files.writeString(file, "acks=hush\nisolation.level=hush\nsecurity.protocol=SSL\n");

    assertThat(run("status --bootstrap 127.0.0.1:1 --kafka-config " + file))
        .isEqualTo(ExitCode.REFUSED);
    assertThat(err.toString())
        .contains("acks: is set, expected no setting that Sluice makes itself", "isolation.level")
        .doesNotContain("hush");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"sasl.jaas.config\": \"hush\"}",
        "security.protocol=\\uhush",
        "security.protocol=hush",
        "security.protocol=SASL_PLAINTEXT\nsasl.mechanism=PLAIN\n"
            + LOGIN
            + "\nusername=\"eva\" password=\"hush\";",
        "security.protocol=SASL_PLAINTEXT\nsasl.mechanism=PLAIN\n"
            + LOGIN
            + " username=\"eva\" password=\"hush",
        "security.protocol=SASL_PLAINTEXT\nsasl.mechanism=PLAIN\nsasl.jaas.config=hush"
      })
  void whatNoClientCouldUseIsRefusedBeforeKafkaIsAsked(String content) throws IOException {
    Files.writeString(file, content);

    assertThat(run("status --bootstrap 127.0.0.1:1 --kafka-config " + file))
        .isEqualTo(ExitCode.REFUSED);
    assertThat(err.toString().lines()).singleElement().asString().contains("expected");
    if (!content.equals("security.protocol=hush")) {
      assertThat(err.toString()).doesNotContain("hush");
    }
  }

  @Test
  void anArchiveNeedsNoKafka() throws IOException {
    Files.writeString(file, "");

    assertThat(run("status --file x --kafka-config " + file)).isEqualTo(ExitCode.REFUSED);
    assertThat(err.toString()).contains("--kafka-config");
  }

  @Test
  void aBrokerOfItsOwnNeedsNoSettings() throws IOException {
    Files.writeString(file, "");

    assertThat(run("bench audit --kafka-config " + file)).isEqualTo(ExitCode.REFUSED);
    assertThat(err.toString()).contains("--kafka-config: expected --bootstrap beside it");
  }

  @Test
  void theFileIsOneOfJavaProperties() throws IOException {
    Files.writeString(
        file, "# for eva\nsecurity.protocol = SASL_SSL\n" + LOGIN + " \\\n  username=\"eva\";\n");
    KafkaOptions options = new KafkaOptions();

    new picocli.CommandLine(
            picocli.CommandLine.Model.CommandSpec.create()
                .addMixin(
                    "kafka", picocli.CommandLine.Model.CommandSpec.forAnnotatedObject(options)))
        .parseArgs("--kafka-config", file.toString());

    assertThat(options.at("k:1"))
        .isEqualTo(
            new KafkaAccess(
                "k:1",
                Map.of(
                    "security.protocol",
                    "SASL_SSL",
                    "sasl.jaas.config",
                    LOGIN.split("=", 2)[1] + " username=\"eva\";")));
  }

  @Test
  void aCheckOfAConfigurationShowsNoPassword() throws IOException {
    Path monitor =
        Files.writeString(
            folder.resolve("monitor.yaml"),
            """
            token: 0123456789abcdef
            kafka: {security.protocol: SASL_SSL, sasl.jaas.config: hush}
            topology: {kafka: {ssl.key.password: hush}}
            processes: {command: run}
            zones:
              zone1:
                balancer: http://127.0.0.1:3030
                balancerAdmin: http://127.0.0.1:5050
                template: {environment: {SLUICE_KAFKA_SASL_JAAS_CONFIG: hush}}
            """);

    assertThat(run("config check --role monitor " + monitor)).as("%s", err).isZero();
    assertThat(out.toString())
        .contains("security.protocol: \"SASL_SSL\"", "sasl.jaas.config: \"(hidden)\"")
        .doesNotContain("hush");
  }

  @Test
  void aServersFileCanNameSettingsToo() throws IOException {
    Path app = Files.writeString(folder.resolve("app.yaml"), "{server: a-1, kafka: {acks: 0}}");

    assertThat(run("app --config " + app)).isEqualTo(ExitCode.REFUSED);
    assertThat(err.toString()).contains("kafka.acks: is set");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "monitor: {token: 0123456789abcdef, processes: {command: run}, zones: {a: {balancer:"
            + " 'http://b:1', balancerAdmin: 'http://b:2'}}, bootstrap: '127.0.0.1:1', kafka: %s}",
        "balancer: {zone: a, kafka: {bootstrap: nowhere.invalid:1, properties: %s}}",
        "gateway: {home: a, kafka: {bootstrap: nowhere.invalid:1, properties: %s}}",
        "sink: {history: {url: 'http://h:1'}, bootstrap: nowhere.invalid:1, kafka: %s}"
      })
  void aPartWithSettingsThatNoClientCouldUseDoesNotStart(String part) throws IOException {
    String settings =
        "{security.protocol: SASL_SSL, sasl.mechanism: PLAIN, sasl.jaas.config: 'Login hush'}";
    String[] parts = part.formatted(settings).split(": ", 2);
    Path config = Files.writeString(folder.resolve("part.yaml"), parts[1]);

    assertThat(run(parts[0] + " --config " + config)).isEqualTo(ExitCode.REFUSED);
    assertThat(err.toString().lines())
        .singleElement()
        .asString()
        .contains("sasl.jaas.config: is malformed")
        .doesNotContain("hush");
  }

  private int run(String line) {
    return SluiceCommand.line()
        .setOut(new PrintWriter(out))
        .setErr(new PrintWriter(err))
        .execute(line.split(" "));
  }
}
