package io.sluice.provisioner.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Templates have passwords in their environments, whatever the documentation says. */
class HiddenEnvironmentsIT {
  private static final String TEMPLATE = "{\"environment\": {\"PASSWORD\": \"k3y-of-a-door\"}}";
  private static final Map<String, String> STRANGER = Map.of("Authorization", "none");

  private LeadingApi api;

  @BeforeEach
  void setATemplate() throws Exception {
    api = new LeadingApi();
    assertThat(set(TEMPLATE).statusCode()).isEqualTo(200);
    api.leading.journal().forEach(api.events::write);
  }

  @AfterEach
  void stop() {
    api.close();
  }

  @Test
  void valuesAreShownToOperatorsAlone() throws Exception {
    for (String path : List.of("/v1/zones", "/v1/zones/zone1", "/v1/zones/zone1/template")) {
      for (String form : List.of("application/json", "application/yaml")) {
        assertThat(get(path, form, STRANGER))
            .as(path)
            .contains("PASSWORD", "(hidden)")
            .doesNotContain("k3y-of-a-door");
        assertThat(
                get(path, form, Map.of("Authorization", "Bearer " + LeadingApi.TOKENS.balancer())))
            .doesNotContain("k3y-of-a-door");
        assertThat(get(path, form, Map.of())).contains("k3y-of-a-door");
      }
    }
  }

  @Test
  void noStreamOfFactsShowsThemEither() throws Exception {
    assertThat(templateChanged("")).contains("PASSWORD").doesNotContain("k3y-of-a-door");
    assertThat(templateChanged("Authorization: Bearer " + LeadingApi.TOKEN + "\r\n"))
        .contains("k3y-of-a-door");
  }

  @Test
  void whatWasHiddenIsNotSet() throws Exception {
    String shown = get("/v1/zones/zone1/template", "application/json", STRANGER);

    JsonNode problem = LeadingApi.problem(set(shown), 422);

    LeadingApi.assertPaths(problem, "environment.PASSWORD");
  }

  private String get(String path, String form, Map<String, String> headers) throws Exception {
    Map<String, String> all = new HashMap<>(headers);
    all.put("Accept", form);
    return api.ask("GET", path, "", all).body();
  }

  private HttpResponse<String> set(String template) throws IOException, InterruptedException {
    return api.ask("PUT", "/v1/zones/zone1/template", template, Map.of());
  }

  private String templateChanged(String headers) throws IOException {
    try (Socket socket = RawHttp.connect("127.0.0.1", api.url().getPort())) {
      RawHttp.send(
          socket,
          "GET /v1/events?lastEventId=0:0 HTTP/1.1\r\nHost: localhost\r\n" + headers + "\r\n");
      StringBuilder seen = new StringBuilder();
      while (seen.indexOf("PASSWORD") < 0 || !seen.toString().endsWith("\n\n")) {
        int octet = socket.getInputStream().read();
        assertThat(octet).isNotNegative();
        seen.append((char) octet);
      }
      return seen.toString();
    }
  }
}
