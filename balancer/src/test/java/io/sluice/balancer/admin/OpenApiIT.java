package io.sluice.balancer.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.balancer.membership.MembershipState;
import io.sluice.schemas.codec.Json;
import io.sluice.schemas.config.ConfigException;
import io.sluice.schemas.config.Problem;
import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.supervision.LoopState;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The document of the admin port and what it answers say the same. */
class OpenApiIT {
  private static final URI SERVER = URI.create("http://127.0.0.1:5001");
  private static final URI MONITOR = URI.create("http://127.0.0.1:8082");
  private static final String TOKEN = "a token";

  private final HttpClient http = HttpClient.newHttpClient();
  private final AdminServer admin =
      new AdminServer(new InetSocketAddress("127.0.0.1", 0), Optional.of(TOKEN), new Fixed());

  @AfterEach
  void close() {
    admin.close();
    http.close();
  }

  @Test
  void everyCallIsDocumentedAndNothingElseIs() throws Exception {
    Set<String> answered = new TreeSet<>(admin.described());
    answered.add("GET /observe/health");

    assertThat(documented()).isEqualTo(answered);
  }

  @Test
  void everyAnswerHasTheDocumentedFields() throws Exception {
    JsonNode schemas = document().at("/components/schemas");
    JsonNode pools = Json.mapper().readTree(ask("GET", "/pools", "").body());

    assertThat(names(pools))
        .isEqualTo(
            names(
                document()
                    .at("/paths/~1pools/get/responses/200/content/application~1json/schema")
                    .path("properties")));
    assertThat(names(schemas.at("/Server/properties"))).containsAll(names(pools.at("/alive/0")));
    assertThat(ask("GET", "/servers", "").body()).contains("\"servers\"");
    assertThat(ask("GET", "/monitor", "").body()).isEqualTo("{\"url\":\"" + MONITOR + "\"}");
    assertThat(ask("PUT", "/monitor", "{\"url\":\"" + MONITOR + "\"}").statusCode()).isEqualTo(200);
  }

  @Test
  void whatIsNotThereIsSaidWithWhereToLook() throws Exception {
    assertThat(ask("GET", "/nothing", "").body()).contains("/openapi");
    HttpResponse<String> refused = ask("DELETE", "/servers", "");
    assertThat(refused.statusCode()).isEqualTo(405);
    assertThat(refused.headers().firstValue("Allow")).contains("GET, PUT");
  }

  @Test
  void aParameterThatChangesNothingIsRefusedByName() throws Exception {
    HttpResponse<String> refused = ask("GET", "/pools?zone=zone1", "");
    assertThat(refused.statusCode()).isEqualTo(400);
    assertThat(refused.body()).contains("parameter 'zone'");
    assertThat(ask("GET", "/health_check?at=now", "").statusCode()).isEqualTo(200);
    assertThat(ask("GET", "/observe/metrics?format=text", "").statusCode()).isEqualTo(200);
  }

  @Test
  void tellsWhatIsKnownOfTheZones() throws Exception {
    JsonNode zone = Json.mapper().readTree(ask("GET", "/zones", "").body()).path(0);

    JsonNode described =
        document().path("components").path("schemas").path("Zone").path("properties");
    assertThat(names(zone)).isEqualTo(names(described));
    assertThat(names(zone.path("servers")))
        .isEqualTo(names(described.path("servers").path("properties")));
  }

  @Test
  void everythingThatIsWrongWithAConfigurationIsSaidAtOnce() throws Exception {
    HttpResponse<String> refused = ask("POST", "/reload", "");
    assertThat(refused.statusCode()).isEqualTo(422);
    assertThat(refused.body()).contains("zone: is x, expected y; port: is a, expected b");
  }

  @Test
  void maintenanceIsOrderedByTrueOrFalse() throws Exception {
    assertThat(ask("GET", "/maintenance", "").body()).isEqualTo("{\"on\":false}");
    assertThat(ask("PUT", "/maintenance", "{\"on\":true}").body()).isEqualTo("{\"on\":true}");
    assertThat(ask("PUT", "/maintenance", "{\"on\":1}").statusCode()).isEqualTo(400);
  }

  private JsonNode document() throws IOException, InterruptedException {
    return Json.yaml().readTree(ask("GET", "/openapi", "").body());
  }

  private Set<String> documented() throws IOException, InterruptedException {
    Set<String> calls = new TreeSet<>();
    document()
        .path("paths")
        .properties()
        .forEach(path ->
            names(path.getValue())
                .forEach(
                    method -> calls.add(method.toUpperCase(Locale.ROOT) + " " + path.getKey())));
    return calls;
  }

  private static Set<String> names(JsonNode object) {
    Set<String> names = new TreeSet<>();
    object.fieldNames().forEachRemaining(names::add);
    return names;
  }

  private HttpResponse<String> ask(String method, String path, String body)
      throws IOException, InterruptedException {
    return http.send(
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + admin.address().getPort() + path))
            .header("Authorization", "Bearer " + TOKEN)
            .method(method, HttpRequest.BodyPublishers.ofString(body))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  /** A balancer of one server, of which nothing changes. */
  private static final class Fixed implements Operations {
    @Override
    public MembershipState membership() {
      return MembershipState.BY_HAND;
    }

    @Override
    public List<URI> alive() {
      return List.of(SERVER);
    }

    @Override
    public boolean staticServers() {
      return true;
    }

    @Override
    public List<URI> change(List<URI> adds, List<URI> deletes) {
      return alive();
    }

    @Override
    public Optional<URI> monitor() {
      return Optional.of(MONITOR);
    }

    @Override
    public void monitor(URI primary) {
      assertThat(primary).isEqualTo(MONITOR);
    }

    @Override
    public PoolsView pools() {
      PoolsView.Server server =
          new PoolsView.Server(
              ServerId.of("zone1-1"),
              SERVER,
              0,
              Optional.empty(),
              Optional.empty(),
              Optional.empty());
      return new PoolsView(List.of(server), List.of(), List.of(), List.of(), List.of());
    }

    @Override
    public List<ZoneStatus> zones() {
      return List.of(
          new ZoneStatus(
              new ZoneId("zone1"),
              true,
              "hand",
              true,
              new ZoneStatus.Servers(1, 0, 0, 0, 0),
              new ZoneStatus.Traffic(0, 7, new TreeMap<>())));
    }

    @Override
    public List<LoopState> loops() {
      return List.of();
    }

    @Override
    public List<String> reload() {
      throw new ConfigException(
          "file", List.of(new Problem("zone", "x", "y"), new Problem("port", "a", "b")));
    }

    @Override
    public boolean maintenance() {
      return false;
    }

    @Override
    public void maintenance(boolean on) {
      assertThat(on).isTrue();
    }

    @Override
    public String metrics() {
      return "";
    }
  }
}
