package io.sluice.gate;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sluice.gate.rule.Bodies;
import io.sluice.gate.rule.DockerReader;
import io.sluice.gate.rule.EngineRequest;
import io.sluice.gate.rule.FilesTar;
import io.sluice.gate.rule.Tars;
import io.sluice.gate.rule.Verdict;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What a fuzzer tries on the bytes of a connection: whatever they are, they are refused in words,
 * or the engine is sent a request of a form that is known here, and a container, as an engine reads
 * it, that the gate's owner allows.
 */
public final class RequestFuzz {
  private static final Pattern TARGET =
      Pattern.compile(
          "/_ping|/containers/json\\?(all=(true|false)&)?filters=%7B%22label%22%3A%5B%22sluice"
              + "\\.cluster%3Dblue%22%5D%7D|/events\\?filters=%7B%22label%22%3A%5B%22sluice"
              + "\\.cluster%3Dblue%22%5D[A-Za-z%0-9]*%7D"
              + "|/images/create\\?fromImage=(sluice-app&tag=latest|web&tag=[A-Za-z0-9_.-]+"
              + "|db&tag=sha256%3Aa{64})"
              + "|/containers/create\\?name=blue-[A-Za-z0-9_.-]*"
              + "|/containers/ID(/archive\\?path=%2Frun%2Fsecrets|/json|/start|/unpause|/stats(\\?stream=(true|false))?"
              + "|/logs\\?(stderr=(true|false)&)?(stdout=(true|false)&)?tail=[0-9]{1,3}"
              + "|/stop(\\?t=[0-9]+)?|(\\?force=(true|false))?([?&]v=(true|false))?)");

  private RequestFuzz() {}

  /** The fuzzer's way in. */
  public static void fuzzerTestOneInput(byte[] data) {
    ByteArrayInputStream in = new ByteArrayInputStream(data);
    try {
      Optional<Head> head = Head.read(in);
      if (head.isPresent()) {
        passed(head.get(), in).ifPresent(RequestFuzz::judge);
      }
    } catch (RefusedException refused) {
      if (refused.status() < 400 || refused.reason().isBlank()) {
        throw new AssertionError("refused without a word", refused);
      }
    } catch (IOException impossible) {
      throw new AssertionError(impossible);
    }
  }

  private static Optional<EngineRequest> passed(Head head, ByteArrayInputStream in)
      throws IOException {
    Verdict.Ruling ruling =
        switch (Bodies.RULES.judge(head.method(), head.target())) {
          case Verdict.JudgeBody(String name) ->
              Bodies.RULES.create(name, in.readNBytes(head.contentLength()));
          case Verdict.JudgeFiles(String container) ->
              Bodies.RULES.files(container, in.readNBytes(head.contentLength()));
          case Verdict.Ruling other -> other;
        };
    return switch (ruling) {
      case Verdict.Pass(EngineRequest request) -> Optional.of(request);
      case Verdict.PassIfOurs(var call) -> Optional.of(call.on("ID"));
      case Verdict.PassFiles(var call) -> Optional.of(call.on("ID"));
      case Verdict.Refuse(String reason) -> {
        if (!reason.contains("expected")) {
          throw new AssertionError("refused without what was expected: " + reason);
        }
        yield Optional.empty();
      }
    };
  }

  private static void judge(EngineRequest request) {
    if (!TARGET.matcher(request.target()).matches()) {
      throw new AssertionError("the engine is asked " + request.target());
    }
    if (request.body().isPresent() != request.target().startsWith("/containers/create?")) {
      throw new AssertionError("a body with " + request.target());
    }
    if (!request.files().isEmpty()) {
      List<String> outside = Tars.outside(FilesTar.write(request.files()));
      if (!outside.isEmpty() || !request.method().equals("PUT")) {
        throw new AssertionError("%s by %s".formatted(outside, request.method()));
      }
    }
    request
        .body()
        .ifPresent(body -> {
          List<String> outside =
              DockerReader.outside(body, Bodies.RULES.create(), Bodies.RULES.cluster().value());
          if (!outside.isEmpty() || body.getBytes(UTF_8).length > 2 * Head.BODY_BYTES_MAX) {
            throw new AssertionError("%s: %s".formatted(outside, body));
          }
        });
  }
}
