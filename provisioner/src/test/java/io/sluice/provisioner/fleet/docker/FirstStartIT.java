package io.sluice.provisioner.fleet.docker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An engine where none ever ran: what it says of its network then is less than later. */
class FirstStartIT {
  private static final String SCRIPT =
      Path.of("src", "test", "docker", "first-start.sh").toAbsolutePath().toString();

  @TempDir private Path folder = Path.of("");

  @BeforeEach
  void require() {
    TestEngine.require("FirstStartIT", List.of(SCRIPT, "able"));
  }

  @AfterEach
  void off() throws IOException {
    TestEngine.done(List.of(SCRIPT, "off", engine().toString()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "--fixed-cidr 172.17.128.0/20",
        "--bip 172.29.3.7/24",
        "--ipv6 --fixed-cidr-v6 fd00:5::/80"
      })
  void containersFindThisHostFromTheFirstStartOn(String options) throws IOException {
    List<String> on = new ArrayList<>(List.of(SCRIPT, "on", engine().toString()));
    on.addAll(List.of(options.split(" ")).stream().filter(word -> !word.isEmpty()).toList());
    TestEngine.done(on);

    String bridge = TestEngine.done(List.of(SCRIPT, "bridge", engine().toString()));

    assertThat(bridge).matches("[0-9.]+");
    assertThat(DockerFleet.hostAddress(URI.create("unix://" + engine().resolve("socket"))))
        .isEqualTo(bridge);
  }

  private Path engine() {
    return folder.resolve("engine");
  }
}
