package io.sluice.provisioner.api;

import static io.sluice.provisioner.api.LeadingApi.NOTHING_MORE;
import static io.sluice.provisioner.api.LeadingApi.problem;
import static io.sluice.provisioner.api.LeadingApi.tree;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.provisioner.fleet.Exit;
import io.sluice.provisioner.fleet.FleetException;
import io.sluice.provisioner.fleet.Listing;
import io.sluice.provisioner.fleet.ServerFleet;
import io.sluice.provisioner.fleet.ServerLog;
import io.sluice.provisioner.fleet.ServerSpec;
import io.sluice.provisioner.fleet.Started;
import io.sluice.schemas.id.ServerId;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The calls about what servers print, of a monitor that leads {@code zone1}. */
class ServerLogsApiIT {
  private LeadingApi api;

  @BeforeEach
  void listen() throws IOException {
    api = new LeadingApi(new PrintingFleet());
  }

  @AfterEach
  void stop() {
    api.close();
  }

  @Test
  void aServersLastLinesAreToldAndLaterThoseSince() throws Exception {
    JsonNode log = tree(api.get("/v1/servers/zone1-1/logs?tail=2"));

    assertThat(log.path("server").asText()).isEqualTo("zone1-1");
    assertThat(log.path("lines")).map(JsonNode::asText).containsExactly("2 lines", "after ''");
    assertThat(log.path("earlier").asBoolean()).isTrue();
    String next = log.path("next").asText();
    assertThat(tree(api.get("/v1/servers/zone1-1/logs?after=" + next)).path("lines"))
        .map(JsonNode::asText)
        .containsExactly("100 lines", "after 'p1'");
  }

  @Test
  void onlyOperatorsReadThem() throws Exception {
    for (String path : List.of("/v1/servers/zone1-1/logs", "/v1/zones/zone1/logs")) {
      problem(api.ask("GET", path, "", Map.of("Authorization", "none")), 401);
      problem(
          api.ask(
              "GET", path, "", Map.of("Authorization", "Bearer " + LeadingApi.TOKENS.balancer())),
          403);
    }
  }

  @Test
  void whatCanNotBeReadIsRefusedWithItsReason() throws Exception {
    refused("/v1/servers/zone1-7/logs", 404, "server 'zone1-7': nothing that it printed is kept");
    refused("/v1/servers/zone1-9/logs", 503, "server 'zone1-9': the engine is away");
    refused("/v1/servers/zone1/logs", 400, "server 'zone1': expected <zone>-<number>");
    refused("/v1/servers/zone1-1/logs?after=x", 400, "parameter after: 'x'");
    refused("/v1/servers/zone1-1/logs?lines=3", 400, "parameter 'lines'");
    refused("/v1/zones/zone9/logs", 404, "zone 'zone9'");
    for (String tail : List.of("0", "1001", "many")) {
      refused(
          "/v1/zones/zone1/logs?tail=" + tail,
          400,
          "parameter tail: '%s': expected 1 to 1000 lines".formatted(tail));
    }
  }

  private void refused(String path, int status, String beginning) throws Exception {
    assertThat(problem(api.ask("GET", path, "", NOTHING_MORE), status).path("detail").asText())
        .as(path)
        .startsWith(beginning);
  }

  /** Prints how it was asked. */
  private static final class PrintingFleet implements ServerFleet {
    @Override
    public Optional<ServerLog> log(ServerId server, ServerLog.Piece piece) {
      if (piece.after().equals("x")) {
        throw new IllegalArgumentException("'x': expected a place");
      }
      return switch ((int) server.number()) {
        case 7 -> Optional.empty();
        case 9 -> throw new FleetException("the engine is away");
        default ->
            Optional.of(
                new ServerLog(
                    List.of(piece.lines() + " lines", "after '%s'".formatted(piece.after())),
                    true,
                    "p1"));
      };
    }

    @Override
    public Started start(ServerSpec spec) {
      throw new FleetException("this fleet runs nothing");
    }

    @Override
    public void stop(ServerId server, Duration grace) {
      // What is gone is stopped.
    }

    @Override
    public Listing list() {
      return Listing.of(List.of());
    }

    @Override
    public Watch watch(Consumer<Exit> listener) {
      return () -> {};
    }

    @Override
    public void close() {
      // Nothing is held.
    }
  }
}
