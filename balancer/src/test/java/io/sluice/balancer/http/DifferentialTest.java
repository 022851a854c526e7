package io.sluice.balancer.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.LastHttpContent;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/**
 * Our scanner beside Netty's codec, over requests that were made and then damaged: whatever we let
 * pass, Netty must read the same way, to the byte, up to the next request behind it. What only we
 * refuse is no disagreement: that is what strictness is for.
 */
final class DifferentialTest {
  private static final String NEXT = "GET /next HTTP/1.1\r\nHost: n\r\n\r\n";

  /** A request as somebody read it. */
  record Seen(String method, String target, String body) {}

  /** A place, and what is done there. */
  record Damage(int place, int kind, String what) {
    String to(String text) {
      int at = Math.floorMod(place, text.length());
      int end = Math.min(text.length(), at + 1);
      return switch (Math.floorMod(kind, 3)) {
        case 0 -> text.substring(0, at) + what + text.substring(at);
        case 1 -> text.substring(0, at) + what + text.substring(end);
        default -> text.substring(0, at) + text.substring(end);
      };
    }
  }

  @Provide
  Arbitrary<String> requests() {
    Arbitrary<String> lines =
        Arbitraries.of(
            "GET / HTTP/1.1",
            "POST /a?b=c HTTP/1.1",
            "PUT http://h/x HTTP/1.1",
            "OPTIONS * HTTP/1.1",
            "GET /old HTTP/1.0");
    Arbitrary<List<String>> fields =
        Arbitraries.of(
                "X: y",
                "Accept:",
                "Connection: close",
                "Connection: X, keep-alive",
                "Expect: 100-continue",
                "Cookie: a=b; c=d",
                "TE: trailers",
                "X-Long: \t a b \t")
            .list()
            .ofMaxSize(4);
    Arbitrary<String> bodies =
        Arbitraries.of(
            "\r\n",
            "Content-Length: 0\r\n\r\n",
            "Content-Length: 5\r\n\r\nhello",
            "Content-Length: 12\r\n\r\nGET / HTTP/1",
            "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
            "Transfer-Encoding: chunked\r\n\r\n1;a=b\r\nx\r\n0A\r\n0123456789\r\n0\r\nX: y\r\n\r\n");
    return Combinators.combine(lines, fields, bodies)
        .as((line, some, body) -> {
          StringBuilder text = new StringBuilder(line).append("\r\nHost: h\r\n");
          some.forEach(field -> text.append(field).append("\r\n"));
          return text.append(body).toString();
        });
  }

  @Provide
  Arbitrary<List<Damage>> damages() {
    Arbitrary<String> what =
        Arbitraries.of(
            " ",
            "\t",
            "\r",
            "\n",
            "\r\n",
            "\u0000",
            ":",
            ",",
            ";",
            "0",
            "1",
            "5",
            "a",
            "F",
            "_",
            "-",
            "+",
            "\"",
            "chunked",
            "Content-Length: 1\r\n",
            "Transfer-Encoding: chunked\r\n",
            "Host: i\r\n",
            "\u000b",
            "\u007f",
            "\u00e4",
            "/",
            "?",
            "#",
            "HTTP/1.1",
            "\r\n\r\n");
    return Combinators.combine(
            Arbitraries.integers().between(0, 400), Arbitraries.integers().between(0, 2), what)
        .as(Damage::new)
        .list()
        .ofMaxSize(3);
  }

  @Property(tries = 20_000)
  void whatWeLetPassNettyReadsTheSameWay(
      @ForAll("requests") String request, @ForAll("damages") List<Damage> damages) {
    String text = request;
    for (Damage damage : damages) {
      text = damage.to(text);
    }
    text += NEXT;

    List<Seen> ours = ours(text.getBytes(ISO_8859_1));
    List<Seen> nettys = nettys(text.getBytes(ISO_8859_1));

    for (int i = 0; i < ours.size(); i++) {
      assertThat(nettys).as(text).hasSizeGreaterThan(i);
      assertThat(nettys.get(i)).as(text).isEqualTo(ours.get(i));
    }
  }

  /** The requests that we would pass on, up to the first that we refuse or that has no end. */
  private static List<Seen> ours(byte[] bytes) {
    List<Seen> seen = new ArrayList<>();
    RequestHead head = new RequestHead(HeadLimits.DEFAULT);
    int at = 0;
    while (at < bytes.length && head.scan(bytes, at, bytes.length) == Scan.COMPLETE) {
      ByteArrayOutputStream body = new ByteArrayOutputStream();
      int end = body(head, bytes, body);
      if (end < 0) {
        return seen;
      }
      seen.add(
          new Seen(
              text(bytes, head.methodFrom(), head.methodTo()),
              text(bytes, head.targetFrom(), head.targetTo()),
              body.toString(ISO_8859_1)));
      at = end;
    }
    return seen;
  }

  /** Where the body ends; -1 if it does not, or is refused. */
  private static int body(RequestHead head, byte[] bytes, ByteArrayOutputStream body) {
    int from = head.end();
    return switch (head.bodyKind()) {
      case NONE -> from;
      case LENGTH -> {
        long end = from + head.contentLength();
        if (end > bytes.length) {
          yield -1;
        }
        body.write(bytes, from, (int) (end - from));
        yield (int) end;
      }
      case CHUNKED -> {
        ChunkedBody chunks = new ChunkedBody(HeadLimits.DEFAULT);
        int end =
            chunks.scan(
                index -> bytes[index],
                from,
                bytes.length,
                (first, last) -> body.write(bytes, first, last - first));
        yield chunks.state() == ChunkedBody.State.DONE ? end : -1;
      }
      case UNTIL_CLOSE -> throw new AssertionError("no request ends with its connection");
    };
  }

  private static String text(byte[] bytes, int from, int to) {
    return new String(bytes, from, to - from, ISO_8859_1);
  }

  private static List<Seen> nettys(byte[] bytes) {
    List<Seen> seen = new ArrayList<>();
    EmbeddedChannel channel = new EmbeddedChannel(new HttpRequestDecoder());
    channel.writeInbound(Unpooled.wrappedBuffer(bytes));
    String method = "";
    String target = "";
    StringBuilder body = new StringBuilder();
    for (HttpObject part = channel.readInbound(); part != null; part = channel.readInbound()) {
      if (part.decoderResult().isFailure()) {
        break;
      }
      if (part instanceof HttpRequest request) {
        method = request.method().name();
        target = request.uri();
        body.setLength(0);
      }
      if (part instanceof HttpContent content) {
        body.append(content.content().toString(ISO_8859_1));
        content.release();
      }
      if (part instanceof LastHttpContent) {
        seen.add(new Seen(method, target, body.toString()));
      }
    }
    channel.finishAndReleaseAll();
    return seen;
  }
}
