package io.sluice.provisioner.gate;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.provisioner.gate.rule.Call;
import io.sluice.provisioner.gate.rule.GateRules;
import io.sluice.provisioner.gate.rule.Verdict;
import io.sluice.schemas.codec.Json;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One call on its way through the gate. */
final class Passage implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Passage.class);
  private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(30);
  private static final int FORBIDDEN = 403;
  private static final int MALFORMED = 400;
  private static final int NOT_FOUND = 404;
  private static final int ENGINE_GONE = 502;

  private final Socket client;
  private final Path socket;
  private final GateRules rules;
  private volatile Optional<SocketChannel> engine = Optional.empty();

  Passage(Socket client, Path socket, GateRules rules) {
    this.client = client;
    this.socket = socket;
    this.rules = rules;
  }

  /** Serves the call; returns when its answer is over, or one of the two sides has gone. */
  void serve() throws IOException {
    client.setSoTimeout((int) REQUEST_TIMEOUT.toMillis());
    client.setTcpNoDelay(true);
    try {
      InputStream in = new BufferedInputStream(client.getInputStream());
      Optional<Head> head = Head.read(in);
      if (head.isPresent()) {
        byte[] body = Body.read(head.get(), in);
        Call call = Call.of(head.get().method(), head.get().target(), new String(body, UTF_8));
        serve(head.get(), body, call);
      }
    } catch (Head.MalformedException | IllegalArgumentException malformed) {
      refuse(MALFORMED, String.valueOf(malformed.getMessage()));
    }
  }

  private void serve(Head head, byte[] body, Call call) throws IOException {
    switch (rules.judge(call)) {
      case Verdict.Pass() -> pass(head, head.target(), body);
      case Verdict.Refuse(String reason) -> {
        LOG.warn("refused: {} {}: {}", call.method(), call.path(), reason);
        refuse(FORBIDDEN, "not let through: " + reason);
      }
      case Verdict.PassIfOurs(String container, String before, String after) -> {
        Optional<JsonNode> found = inspect(container);
        if (found.isEmpty()) {
          refuse(NOT_FOUND, "No such container: " + container);
        } else if (!rules.ours(found.get())) {
          LOG.warn("refused: {} {}: it is not ours", call.method(), call.path());
          refuse(FORBIDDEN, "not let through: container %s is not ours".formatted(container));
        } else {
          // By its id: another container could have taken the name since.
          int query = head.target().indexOf('?');
          String id = found.get().path("Id").asText();
          pass(head, before + id + after + (query < 0 ? "" : head.target().substring(query)), body);
        }
      }
    }
  }

  /** What the engine says about a container, if there is one. */
  private Optional<JsonNode> inspect(String container) throws IOException {
    try (SocketChannel asked = connect()) {
      // HTTP 1.0: the answer is not cut into chunks, and ends with the connection.
      OutputStream out = Channels.newOutputStream(asked);
      String question = "GET /containers/" + container + "/json HTTP/1.0\r\nHost: engine\r\n\r\n";
      out.write(question.getBytes(ISO_8859_1));
      String answer = new String(Channels.newInputStream(asked).readAllBytes(), UTF_8);
      int end = answer.indexOf("\r\n\r\n");
      return answer.matches("(?s)HTTP/1\\.[01] 200 .*") && end > 0
          ? Optional.of(Json.mapper().readTree(answer.substring(end)))
          : Optional.empty();
    } catch (JsonProcessingException malformed) {
      throw new IOException("the engine's answer is no JSON", malformed);
    }
  }

  private void pass(Head head, String target, byte[] body) throws IOException {
    SocketChannel to;
    try {
      to = connect();
    } catch (IOException gone) {
      refuse(ENGINE_GONE, "the engine can't be reached: " + gone.getMessage());
      return;
    }
    engine = Optional.of(to);
    StringBuilder request = new StringBuilder();
    request.append("%s %s HTTP/1.1\r\n".formatted(head.method(), target));
    request.append("Host: engine\r\nConnection: close\r\n");
    for (String name : new String[] {"content-type", "accept", "x-registry-auth"}) {
      if (!head.field(name).isEmpty()) {
        request.append("%s: %s\r\n".formatted(name, head.field(name)));
      }
    }
    if (body.length > 0 || "POST".equals(head.method())) {
      request.append("Content-Length: %d\r\n".formatted(body.length));
    }
    OutputStream out = Channels.newOutputStream(to);
    out.write(request.append("\r\n").toString().getBytes(ISO_8859_1));
    out.write(body);
    Thread.ofVirtual().name("client").start(this::awaitClientGone);
    Channels.newInputStream(to).transferTo(client.getOutputStream());
  }

  private SocketChannel connect() throws IOException {
    SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      channel.connect(UnixDomainSocketAddress.of(socket));
    } catch (IOException refused) {
      channel.close();
      throw refused;
    }
    return channel;
  }

  /** A stream of events can be silent for days: that nobody hears it any more must be noticed. */
  private void awaitClientGone() {
    try {
      client.setSoTimeout(0);
      int next = client.getInputStream().read();
      LOG.trace("a client {}", next < 0 ? "has gone" : "says more than one call");
    } catch (IOException gone) {
      LOG.trace("a client has gone", gone);
    } finally {
      close();
    }
  }

  private void refuse(int status, String reason) throws IOException {
    byte[] text =
        Json.mapper().createObjectNode().put("message", reason).toString().getBytes(UTF_8);
    StringBuilder head = new StringBuilder();
    head.append("HTTP/1.1 %d Refused\r\nContent-Type: application/json\r\n".formatted(status));
    head.append("Content-Length: %d\r\nConnection: close\r\n\r\n".formatted(text.length));
    OutputStream out = client.getOutputStream();
    out.write(head.toString().getBytes(ISO_8859_1));
    out.write(text);
    out.flush();
  }

  @Override
  public void close() {
    try {
      client.close();
      if (engine.isPresent()) {
        engine.get().close();
      }
    } catch (IOException failed) {
      LOG.debug("a connection could not be closed", failed);
    }
  }
}
