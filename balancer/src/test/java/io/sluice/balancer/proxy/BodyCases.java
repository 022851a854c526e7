package io.sluice.balancer.proxy;

import static io.sluice.balancer.proxy.StrictnessCase.accepts;
import static io.sluice.balancer.proxy.StrictnessCase.refuses;

import java.util.List;

/** How the body of a request may be framed. */
final class BodyCases {
  private static final String POST = "POST / HTTP/1.1^Host: a^";
  private static final String CHUNKED = POST + "Transfer-Encoding: chunked^^";

  private BodyCases() {}

  static List<StrictnessCase> lengths() {
    return List.of(
        accepts("6.2", "Content-Length", POST + "Content-Length: 2^^hi"),
        accepts("6.2", "leading zeros", POST + "Content-Length: 002^^hi")
            .repaired("as we read it", List.of("Content-Length: 2"), List.of("002")),
        accepts("6.3", "a body of GET", "GET / HTTP/1.1^Host: a^Content-Length: 2^^hi"),
        accepts("6.3", "POST without a length", POST + "^"),
        refuses(
            400, "6.3", "both lengths", POST + "Content-Length: 5^Transfer-Encoding: chunked^^0^^"),
        refuses(
            400,
            "6.3",
            "both, the other way round",
            POST + "Transfer-Encoding: chunked^Content-Length: 0^^0^^"),
        refuses(
            400,
            "6.3",
            "two lengths that differ",
            POST + "Content-Length: 1^Content-Length: 2^^hi"),
        refuses(
            400, "6.3", "two lengths that agree", POST + "Content-Length: 2^Content-Length: 2^^hi"),
        refuses(400, "6.3", "a list of lengths", POST + "Content-Length: 2, 2^^hi"),
        refuses(400, "6.2", "a length with a sign", POST + "Content-Length: +2^^hi"),
        refuses(400, "6.2", "a negative length", POST + "Content-Length: -2^^hi"),
        refuses(400, "6.2", "a hexadecimal length", POST + "Content-Length: 0x2^^hi"),
        refuses(400, "6.2", "a length with a blank in it", POST + "Content-Length: 2 0^^hi"),
        refuses(400, "6.2", "an empty length", POST + "Content-Length:^^"),
        refuses(
            400, "6.2", "a length of 19 digits", POST + "Content-Length: 9223372036854775807^^"));
  }

  static List<StrictnessCase> codings() {
    return List.of(
        refuses(400, "6.1", "gzip, chunked", POST + "Transfer-Encoding: gzip, chunked^^0^^"),
        refuses(400, "6.1", "chunked, gzip", POST + "Transfer-Encoding: chunked, gzip^^0^^"),
        refuses(400, "6.1", "chunked, chunked", POST + "Transfer-Encoding: chunked, chunked^^0^^"),
        refuses(
            400, "6.1", "chunked with a parameter", POST + "Transfer-Encoding: chunked;q=1^^0^^"),
        refuses(400, "6.1", "chunked in quotes", POST + "Transfer-Encoding: \"chunked\"^^0^^"),
        refuses(
            400,
            "6.1",
            "a control character before chunked",
            POST + "Transfer-Encoding: \u000bchunked^^0^^"),
        refuses(400, "6.1", "an empty coding", POST + "Transfer-Encoding:^^"),
        refuses(501, "6.1", "an unknown coding", POST + "Transfer-Encoding: xchunked^^0^^"),
        refuses(501, "6.1", "identity", POST + "Transfer-Encoding: identity^^"),
        refuses(
            400,
            "6.1",
            "Transfer-Encoding twice",
            POST + "Transfer-Encoding: chunked^Transfer-Encoding: chunked^^0^^"),
        refuses(
            400,
            "6.1",
            "Transfer-Encoding in HTTP/1.0",
            "POST / HTTP/1.0^Transfer-Encoding: chunked^^0^^"),
        accepts("7", "Chunked in another case", POST + "Transfer-Encoding: cHUNKED^^2^hi^0^^"));
  }

  static List<StrictnessCase> chunks() {
    return List.of(
        accepts("7.1", "chunks", CHUNKED + "1^h^1^i^0^^"),
        accepts("7.1", "leading zeros and capital digits", CHUNKED + "0A^0123456789^000^^"),
        accepts("7.1.1", "an extension", CHUNKED + "2;a=\"b;c\"^hi^0^^"),
        refuses(400, "7.1.1", "an extension without a name", CHUNKED + "2;=b^hi^0^^"),
        refuses(400, "7.1.1", "an extension whose quotes stay open", CHUNKED + "2;a=\"b^hi^0^^"),
        refuses(
            400,
            "7.1.1",
            "an extension above 256 bytes",
            CHUNKED + "2;" + "x".repeat(300) + "^hi^0^^"),
        refuses(400, "7.1.1", "LF alone after an extension", CHUNKED + "2;x~hi^0^^"),
        refuses(400, "7.1.1", "CR alone in an extension", CHUNKED + "2;x\ry^hi^0^^"),
        refuses(400, "7.1.1", "NUL in an extension", CHUNKED + "2;x\u0000^hi^0^^"),
        refuses(400, "7.1", "LF alone after a size", CHUNKED + "2~hi^0^^"),
        refuses(400, "7.1", "no size", CHUNKED + "^hi^0^^"),
        refuses(400, "7.1", "a size that is no number", CHUNKED + "g^hi^0^^"),
        refuses(400, "7.1", "a size with 0x", CHUNKED + "0x2^hi^0^^"),
        refuses(400, "7.1", "a size with a sign", CHUNKED + "+2^hi^0^^"),
        refuses(400, "7.1", "a negative size", CHUNKED + "-2^hi^0^^"),
        refuses(400, "7.1", "a blank before a size", CHUNKED + " 2^hi^0^^"),
        refuses(400, "7.1", "a blank behind a size", CHUNKED + "2 ^hi^0^^"),
        refuses(400, "7.1", "a size of 16 digits", CHUNKED + "fffffffffffffff2^hi^0^^"),
        refuses(400, "7.1", "data longer than its size", CHUNKED + "2^hix^0^^"),
        refuses(400, "7.1", "LF alone behind data", CHUNKED + "2^hi~0^^"));
  }

  static List<StrictnessCase> trailers() {
    return List.of(
        accepts("7.1.2", "a trailer", CHUNKED + "0^X-Sum: 1^^"),
        refuses(400, "7.1.2", "a trailer with a blank before its colon", CHUNKED + "0^X : 1^^"),
        refuses(400, "7.1.2", "LF alone in trailers", CHUNKED + "0^X: 1~^"),
        refuses(400, "7.1.2", "NUL in a trailer", CHUNKED + "0^X: \u0000^^"),
        refuses(431, "7.1.2", "trailers above 32 KiB", CHUNKED + "0^X: " + "x".repeat(40_000)),
        refuses(400, "9110 6.5.1", "Host as a trailer", CHUNKED + "0^Host: b^^"),
        refuses(
            400, "9110 6.5.1", "Content-Length as a trailer", CHUNKED + "0^Content-Length: 1^^"),
        refuses(
            400,
            "9110 6.5.1",
            "Transfer-Encoding as a trailer",
            CHUNKED + "0^Transfer-Encoding: chunked^^"),
        refuses(
            400,
            "9110 6.5.1",
            "a look-alike as a trailer",
            CHUNKED + "0^Transfer_Encoding: chunked^^"),
        refuses(
            400,
            "9110 6.5.1",
            "X-Forwarded-For as a trailer",
            CHUNKED + "0^X-Forwarded-For: 9.9.9.9^^"));
  }
}
