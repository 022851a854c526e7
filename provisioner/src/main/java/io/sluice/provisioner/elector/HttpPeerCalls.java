package io.sluice.provisioner.elector;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.provisioner.election.Message;
import io.sluice.schemas.codec.Json;
import io.sluice.schemas.http.WholeAnswer;
import io.sluice.schemas.id.MonitorId;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Calls to other monitors over HTTP. */
public final class HttpPeerCalls implements PeerCalls {
  private static final int OK = 200;
  private static final int ACCEPTED = 202;

  private final MonitorId self;
  private final SortedMap<MonitorId, URI> urls;
  private final String token;
  private final Duration timeout;
  private final HttpClient http;

  /**
   * Nobody is called yet.
   *
   * @param urls where each of the others answers
   * @param token the bearer token that monitors share
   * @param timeout how long each may take to answer
   */
  public HttpPeerCalls(MonitorId self, Map<MonitorId, URI> urls, String token, Duration timeout) {
    this.self = self;
    this.urls = new TreeMap<>(urls);
    this.token = token;
    this.timeout = timeout;
    this.http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(timeout)
            .build();
  }

  @Override
  public Optional<URI> url(MonitorId peer) {
    return Optional.ofNullable(urls.get(peer));
  }

  @Override
  public void send(MonitorId to, Message message) throws IOException, InterruptedException {
    String body = new Peers.Envelope(self, message).text();
    HttpRequest request =
        request(to, Peers.MESSAGES)
            .timeout(timeout)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    require(ACCEPTED, WholeAnswer.status(http, request, timeout));
  }

  @Override
  public boolean leads(MonitorId peer) throws IOException, InterruptedException {
    HttpRequest request = request(peer, "/alive").timeout(timeout).build();
    HttpResponse<String> answer =
        WholeAnswer.to(
            http, request, HttpResponse.BodyHandlers.ofString(), WholeAnswer.SMALL, timeout);
    require(OK, answer.statusCode());
    JsonNode body = Json.mapper().readTree(answer.body());
    return body.path("leader").asBoolean();
  }

  @Override
  public void hold(MonitorId peer) throws IOException, InterruptedException {
    HttpResponse<InputStream> answer =
        http.send(request(peer, Peers.HELD).build(), HttpResponse.BodyHandlers.ofInputStream());
    require(OK, answer.statusCode());
    try (InputStream held = answer.body()) {
      held.transferTo(OutputStream.nullOutputStream());
    }
  }

  private static void require(int wanted, int status) throws IOException {
    if (status != wanted) {
      throw new IOException("answered with " + status);
    }
  }

  private HttpRequest.Builder request(MonitorId peer, String path) throws IOException {
    URI url = urls.get(peer);
    if (url == null) {
      throw new IOException("monitor %s: expected one of %s".formatted(peer, urls));
    }
    return HttpRequest.newBuilder(url.resolve(path)).header("Authorization", "Bearer " + token);
  }

  @Override
  public void close() {
    http.shutdownNow();
  }
}
