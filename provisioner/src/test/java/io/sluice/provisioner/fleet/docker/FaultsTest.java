package io.sluice.provisioner.fleet.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.dockerjava.api.exception.BadRequestException;
import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.InternalServerErrorException;
import com.github.dockerjava.api.exception.NotFoundException;
import io.sluice.provisioner.fleet.FleetException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class FaultsTest {
  private static final Access PLAIN = new Access(URI.create("e"), Optional.empty());
  private static final Access SECURE = new Access(URI.create("e"), Optional.of(Path.of("/certs")));

  @Test
  void certificatesThatAreNotThereAreToldOf(@TempDir Path folder) {
    Access access = new Access(URI.create("tcp://far:2376"), Optional.of(folder));

    assertThatThrownBy(() -> new Engine(access))
        .isInstanceOf(FleetException.class)
        .hasMessage(
            "%s, for the engine at tcp://far:2376: expected a file that can be read",
            folder.resolve("ca.pem"));
  }

  @Test
  void certificatesThatAreNoneAreToldOf(@TempDir Path folder) throws IOException {
    for (String file : List.of("ca.pem", "cert.pem", "key.pem")) {
      Files.writeString(folder.resolve(file), "nothing of the kind");
    }
    Access access = new Access(URI.create("tcp://far:2376"), Optional.of(folder));

    assertThatThrownBy(() -> new Engine(access))
        .isInstanceOf(FleetException.class)
        .hasMessageStartingWith("the certificates for the engine at tcp://far:2376 can't be used");
  }

  @ParameterizedTest
  @MethodSource
  void tellsAnOperatorWhatToDo(RuntimeException failed, String sentence) {
    FleetException told = Faults.describe("container zone1-1 could not be started", PLAIN, failed);

    assertThat(told).hasMessage("container zone1-1 could not be started on e: " + sentence);
    assertThat(told).hasCause(failed);
  }

  @ParameterizedTest
  @MethodSource
  void tellsWhatIsWrongWithTls(RuntimeException failed, String sentence) {
    assertThat(Faults.describe("servers could not be listed", SECURE, failed))
        .hasMessage("servers could not be listed on e: " + sentence);
  }

  static Stream<Arguments> tellsWhatIsWrongWithTls() {
    return Stream.of(
        Arguments.of(
            new BadRequestException("Client sent an HTTP request to an HTTPS server."),
            "it wants TLS; set the directory of the certificates in the configuration. It says:"
                + " Status 400: Client sent an HTTP request to an HTTPS server."),
        Arguments.of(
            new IllegalStateException(
                new SSLHandshakeException("Received fatal alert: bad_certificate")),
            "the engine and we do not accept each other's certificates; see whether all are of the"
                + " same authority, valid, and made for this address: Received fatal alert:"
                + " bad_certificate"),
        Arguments.of(
            new IllegalStateException(new SocketException("Broken pipe")),
            "the engine can't be reached: Broken pipe; one that does not accept our certificate"
                + " breaks off like this"),
        Arguments.of(
            new IllegalStateException(new ConnectException("Connection refused")),
            "the engine can't be reached: Connection refused"));
  }

  static Stream<Arguments> tellsAnOperatorWhatToDo() {
    return Stream.of(
        Arguments.of(
            new NotFoundException("Status 404: {\"message\":\"No such image: web:1\"}\n"),
            "it has no such image; load or pull it, or correct the template. It says: No such"
                + " image: web:1"),
        Arguments.of(
            new InternalServerErrorException(
                "Status 500: {\"message\":\"write /x: no space left on device\"}"),
            "the engine's disk is full; remove what is not needed (docker system prune). It says:"
                + " write /x: no space left on device"),
        Arguments.of(
            new ConflictException(
                "Status 409: {\"message\":\"Conflict. The container name \\\"/a\\\" is already in"
                    + " use by container \\\"b\\\".\"}"),
            "a container that is none of this cluster has that name; rename or remove it. It says:"
                + " Conflict. The container name \"/a\" is already in use by container \"b\"."),
        Arguments.of(
            new NotFoundException("Status 404: {\"message\":\"network servers not found\"}"),
            "it has no such network; create it, or correct the configuration. It says: network"
                + " servers not found"),
        Arguments.of(
            new InternalServerErrorException("Status 500: {\"message\":\"something new\"}"),
            "it answers 500: something new"),
        Arguments.of(
            new InternalServerErrorException("{Bad Gateway"),
            "it answers 500: Status 500: {Bad Gateway"),
        Arguments.of(
            new IllegalStateException(new ConnectException("Connection refused")),
            "the engine can't be reached: Connection refused"));
  }
}
