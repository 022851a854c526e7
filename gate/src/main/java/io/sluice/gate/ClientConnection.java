package io.sluice.gate;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.sluice.gate.Alarms.Alarm;
import io.sluice.gate.rule.EngineRequest;
import io.sluice.gate.rule.GateRules;
import io.sluice.gate.rule.Verdict;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A client's connection, which serves one call:
 *
 * <ol>
 *   <li>the head is read, and judged by its first line;
 *   <li>the body is read and judged, where there may be one;
 *   <li>the engine says whose the container is, where it is about one;
 *   <li>the engine is sent the request that the rules have written;
 *   <li>its answer is passed on, for as long as both sides are there.
 * </ol>
 */
final class ClientConnection implements Closeable {
  private static final Logger LOG = LoggerFactory.getLogger(ClientConnection.class);

  /** Every stream of a server that is measured holds one. */
  private static final int PIECE_BYTES = 2048;

  /** How much of a refused request is thrown away so that its sender gets to read the answer. */
  private static final int UNHEARD_BYTES_MAX = 1024 * 1024;

  private static final int LOGGED_MAX = 200;
  private static final Duration UNHEARD_TIMEOUT = Duration.ofSeconds(1);

  private final Socket client;
  private final Path socket;
  private final GateRules rules;
  private final Surroundings around;
  private Optional<EngineSocket> engine = Optional.empty();
  private boolean closed;
  private boolean heard;

  /**
   * What all connections share.
   *
   * @param limits what the gate bears
   * @param room the bytes that requests may still take
   * @param inspections the places for reading what the engine describes a container by
   * @param alarms what ends that which takes too long
   */
  record Surroundings(GateLimits limits, Semaphore room, Semaphore inspections, Alarms alarms) {}

  ClientConnection(Socket client, Path socket, GateRules rules, Surroundings around) {
    this.client = client;
    this.socket = socket;
    this.rules = rules;
    this.around = around;
  }

  /** Serves the call; returns when its answer is over, or one of the two sides has gone. */
  void serve() throws IOException {
    try {
      client.setTcpNoDelay(true);
      client.setKeepAlive(true);
      RequestInput in = new RequestInput(client, around.room(), around.limits().requestTimeout());
      try {
        Optional<Asked> asked = listen(in);
        if (asked.isPresent()) {
          carryOut(asked.get());
        }
      } finally {
        in.giveBack();
      }
    } catch (RefusedException refused) {
      refuse(refused);
    } catch (RuntimeException unforeseen) {
      LOG.error("a call met a fault of ours", unforeseen);
      refuse(new RefusedException(RefusedException.BROKEN, "a fault of the gate's own"));
    }
  }

  /** Says that there is no room for one more. */
  void decline() throws IOException {
    refuse(new RefusedException(RefusedException.BUSY, "too many connections: expected fewer"));
  }

  /**
   * A call that was heard to its end.
   *
   * @param call its first line, for the log
   * @param ruling what the rules say
   * @param registryAuth credentials for a registry
   */
  private record Asked(String call, Verdict.Ruling ruling, Optional<String> registryAuth) {}

  private Optional<Asked> listen(RequestInput in) throws IOException {
    Optional<Head> head = Head.read(in);
    if (head.isEmpty()) {
      return Optional.empty();
    }
    Asked asked = judged(head.get(), in);
    // Files are the largest, and held until the engine has them.
    if (!(asked.ruling() instanceof Verdict.PassFiles)) {
      in.giveBack();
    }
    return Optional.of(asked);
  }

  private Asked judged(Head head, RequestInput in) throws IOException {
    Verdict.Ruling ruling =
        switch (rules.judge(head.method(), head.target())) {
          case Verdict.JudgeBody(String name) -> rules.create(name, body(head, in));
          case Verdict.JudgeFiles(String container) -> rules.files(container, body(head, in));
          case Verdict.Ruling other -> bodiless(head, other);
        };
    String line = head.method() + " " + head.target();
    return new Asked(
        line.substring(0, Math.min(line.length(), LOGGED_MAX)), ruling, head.registryAuth());
  }

  private static Verdict.Ruling bodiless(Head head, Verdict.Ruling ruling) {
    int length = head.contentLength();
    return length > 0 && !(ruling instanceof Verdict.Refuse)
        ? new Verdict.Refuse("body of %d bytes: expected none".formatted(length))
        : ruling;
  }

  private static byte[] body(Head head, RequestInput in) throws IOException {
    byte[] body = in.readNBytes(head.contentLength());
    if (body.length < head.contentLength()) {
      throw new RefusedException(
          RefusedException.MALFORMED,
          "body of %d bytes: expected %d".formatted(body.length, head.contentLength()));
    }
    return body;
  }

  private void carryOut(Asked asked) throws IOException {
    switch (asked.ruling()) {
      case Verdict.Refuse(String reason) -> throw forbidden(asked, reason);
      case Verdict.Pass(EngineRequest request) -> {
        awaitClientGone();
        pass(request, asked.registryAuth());
      }
      case Verdict.PassIfOurs(var call) -> {
        awaitClientGone();
        JsonNode found = inspect(call.container());
        Optional<String> stranger = rules.stranger(found);
        if (stranger.isPresent()) {
          throw forbidden(
              asked, "container %s is not ours: %s".formatted(call.container(), stranger.get()));
        }
        pass(call.on(found.path("Id").asText()), asked.registryAuth());
      }
      case Verdict.PassFiles(var call) -> {
        awaitClientGone();
        JsonNode found = inspect(call.container());
        Optional<String> objection = rules.objection(call, found);
        if (objection.isPresent()) {
          throw forbidden(asked, objection.get());
        }
        pass(call.on(found.path("Id").asText()), Optional.empty());
      }
    }
  }

  private static RefusedException forbidden(Asked asked, String reason) {
    LOG.warn("refused: {}: {}", asked.call(), reason);
    return new RefusedException(RefusedException.FORBIDDEN, "not let through: " + reason);
  }

  private JsonNode inspect(String container) throws IOException {
    Duration time = around.limits().inspectTimeout();
    if (!placed(time)) {
      throw new RefusedException(
          RefusedException.BUSY,
          "other descriptions take all the room: expected to be tried again");
    }
    try {
      return within(time, open(), engine -> engine.inspect(container));
    } finally {
      around.inspections().release();
    }
  }

  /** Whether there was a place for reading a description in time. */
  private boolean placed(Duration time) {
    try {
      return around.inspections().tryAcquire(time.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException closed) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private void pass(EngineRequest request, Optional<String> registryAuth) throws IOException {
    EngineSocket engine = open();
    byte[] piece = new byte[PIECE_BYTES];
    int count =
        within(
            request.answerTimeout(),
            engine,
            asked -> {
              asked.send(request, registryAuth);
              return asked.read(piece);
            });
    if (count < 0) {
      throw new RefusedException(
          RefusedException.ENGINE_GONE, "the engine has hung up: expected an answer");
    }
    OutputStream out = client.getOutputStream();
    for (; count >= 0; count = engine.read(piece)) {
      try (Alarm _ = around.alarms().in(around.limits().stallTimeout(), this)) {
        out.write(piece, 0, count);
      }
    }
  }

  /** Something that an engine is asked. */
  private interface Question<T> {
    T ask(EngineSocket engine) throws IOException;
  }

  private <T> T within(Duration time, EngineSocket engine, Question<T> question)
      throws IOException {
    Alarm alarm = around.alarms().in(time, engine);
    try {
      return question.ask(engine);
    } catch (IOException failed) {
      if (alarm.rang()) {
        throw new RefusedException(
            RefusedException.ENGINE_SILENT,
            "the engine is silent: expected an answer within %d ms".formatted(time.toMillis()));
      }
      throw failed instanceof RefusedException refused
          ? refused
          : new RefusedException(
              RefusedException.ENGINE_GONE,
              "the engine has gone: expected an answer, not " + failed);
    } finally {
      alarm.close();
    }
  }

  /** A connection to the engine, in the place of the one before. */
  private synchronized EngineSocket open() throws IOException {
    if (engine.isPresent()) {
      engine.get().close();
    }
    EngineSocket opened = EngineSocket.to(socket);
    engine = Optional.of(opened);
    if (closed) {
      opened.close();
    }
    return opened;
  }

  /** A stream of events can be silent for days: that nobody hears it any more must be noticed. */
  private void awaitClientGone() {
    heard = true;
    Thread.ofVirtual()
        .name("client")
        .start(() -> {
          try (this) {
            client.setSoTimeout(0);
            int next = client.getInputStream().read();
            LOG.debug("a client {}", next < 0 ? "has gone" : "says more than one call");
          } catch (IOException gone) {
            LOG.debug("a client has gone", gone);
          }
        });
  }

  private void refuse(RefusedException refused) throws IOException {
    String json = JsonNodeFactory.instance.objectNode().put("message", refused.reason()).toString();
    byte[] text = json.getBytes(UTF_8);
    String head =
        "HTTP/1.1 %d Refused\r\nContent-Type: application/json\r\nContent-Length: %d\r\n"
            .formatted(refused.status(), text.length);
    OutputStream out = client.getOutputStream();
    try (Alarm _ = around.alarms().in(around.limits().stallTimeout(), this)) {
      out.write((head + "Connection: close\r\n\r\n").getBytes(ISO_8859_1));
      out.write(text);
      out.flush();
    }
    if (!heard) {
      passOverTheRest();
    }
  }

  /** What comes of a request that is refused before its end would reset the connection. */
  private void passOverTheRest() throws IOException {
    client.shutdownOutput();
    client.setSoTimeout((int) UNHEARD_TIMEOUT.toMillis());
    byte[] piece = new byte[PIECE_BYTES];
    try (Alarm _ = around.alarms().in(UNHEARD_TIMEOUT, this)) {
      int left = UNHEARD_BYTES_MAX;
      int count = 0;
      while (count >= 0 && left > 0) {
        count = client.getInputStream().read(piece);
        left -= count;
      }
    }
  }

  @Override
  public void close() throws IOException {
    Optional<EngineSocket> asked;
    synchronized (this) {
      closed = true;
      asked = engine;
    }
    try (client) {
      if (asked.isPresent()) {
        asked.get().close();
      }
    }
  }
}
