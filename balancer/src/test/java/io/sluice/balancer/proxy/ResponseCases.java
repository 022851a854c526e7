package io.sluice.balancer.proxy;

import static io.sluice.balancer.proxy.StrictnessCase.accepts;
import static io.sluice.balancer.proxy.StrictnessCase.cutsOff;
import static io.sluice.balancer.proxy.StrictnessCase.refuses;

import java.util.List;

/** What servers may answer. */
final class ResponseCases {
  private static final String OK = "HTTP/1.1 200 OK^";
  private static final String CHUNKED = OK + "Transfer-Encoding: chunked^^";

  private ResponseCases() {}

  static List<StrictnessCase> heads() {
    return List.of(
        accepts("4", "a status line", OK + "Content-Length: 2^^hi"),
        accepts("4", "a status line without a reason", "HTTP/1.1 200 ^Content-Length: 2^^hi"),
        accepts("4", "without the blank before it either", "HTTP/1.1 200^Content-Length: 2^^hi")
            .repaired("the blank is put in", List.of("HTTP/1.1 200 "), List.of()),
        accepts("2.3", "HTTP/1.0", "HTTP/1.0 200 OK^Content-Length: 2^^hi")
            .repaired("our own version", List.of("HTTP/1.1 200 OK"), List.of()),
        refuses(502, "2.3", "HTTP/2.0", "HTTP/2.0 200 OK^Content-Length: 2^^hi"),
        refuses(502, "4", "a status below 100", "HTTP/1.1 099 OK^Content-Length: 2^^hi"),
        refuses(502, "4", "a status above 599", "HTTP/1.1 600 OK^Content-Length: 2^^hi"),
        refuses(502, "4", "a status of two digits", "HTTP/1.1 20 OK^Content-Length: 2^^hi"),
        refuses(502, "4", "NUL in the reason", "HTTP/1.1 200 \u0000^Content-Length: 2^^hi"),
        refuses(502, "2.2", "an empty line before it", "^" + OK + "Content-Length: 2^^hi"),
        refuses(
            502, "2.2", "LF alone after the status line", "HTTP/1.1 200 OK~Content-Length: 2^^hi"),
        refuses(502, "2.2", "LF alone after a field", OK + "Content-Length: 2~^hi"),
        refuses(502, "2.2", "CR alone in a value", OK + "X: a\rb^Content-Length: 2^^hi"),
        refuses(502, "4", "no status line", "SSH-2.0-OpenSSH^"));
  }

  static List<StrictnessCase> fields() {
    return List.of(
        refuses(502, "5.1", "a blank before the colon", OK + "Content-Length : 2^^hi"),
        refuses(502, "5.2", "a folded line", OK + "X: y^ z^Content-Length: 2^^hi"),
        refuses(502, "9110 5.5", "NUL in a value", OK + "X: \u0000^Content-Length: 2^^hi"),
        refuses(
            502,
            "6.3",
            "a look-alike: `Content_Length`",
            OK + "Content_Length: 9^Content-Length: 2^^hi"),
        refuses(502, "5", "a head above 32 KiB", OK + "X: " + "x".repeat(40_000)),
        refuses(502, "5", "more than 100 fields", OK + "X: y^".repeat(101) + "^"),
        accepts(
                "9110 7.6.1",
                "fields that Connection names",
                OK + "Connection: X-A^X-A: 1^Content-Length: 2^^hi")
            .repaired("dropped", List.of("200"), List.of("X-A")),
        refuses(
            502,
            "9110 7.6.1",
            "Connection names Content-Length",
            OK + "Connection: content-length^Content-Length: 2^^hi"),
        refuses(
            502,
            "9110 15.2.2",
            "101 without an upgrade asked for",
            "HTTP/1.1 101 Switching^Upgrade: x^^"),
        refuses(
            502, "9110 15.2", "interim responses without end", "HTTP/1.1 102 Wait^^".repeat(40)));
  }

  static List<StrictnessCase> bodies() {
    return List.of(
        refuses(
            502, "6.3", "both lengths", OK + "Content-Length: 2^Transfer-Encoding: chunked^^0^^"),
        refuses(502, "6.3", "two lengths", OK + "Content-Length: 2^Content-Length: 2^^hi"),
        accepts("6.2", "a length with leading zeros", OK + "Content-Length: 002^^hi")
            .repaired("as we read it", List.of("Content-Length: 2", "hi"), List.of("002")),
        refuses(502, "6.2", "a length with a sign", OK + "Content-Length: +2^^hi"),
        refuses(502, "6.1", "an unknown coding", OK + "Transfer-Encoding: gzip^^hi"),
        refuses(502, "6.1", "gzip, chunked", OK + "Transfer-Encoding: gzip, chunked^^0^^"),
        refuses(
            502,
            "6.1",
            "Transfer-Encoding in HTTP/1.0",
            "HTTP/1.0 200 OK^Transfer-Encoding: chunked^^2^hi^0^^"),
        accepts("7.1", "chunks", CHUNKED + "1^h^1;x^i^0^^"),
        accepts("7.1.2", "a trailer", CHUNKED + "2^hi^0^X-Sum: 1^^"),
        cutsOff("7.1", "a size that is no number", CHUNKED + "2^hi^x^"),
        cutsOff("7.1", "LF alone after a size", CHUNKED + "2~hi^0^^"),
        cutsOff("7.1", "data longer than its size", CHUNKED + "2^hix^0^^"),
        cutsOff(
            "9110 6.5.1", "Content-Length as a trailer", CHUNKED + "2^hi^0^Content-Length: 1^^"),
        cutsOff("8", "chunks without their end", CHUNKED + "2^hi^"),
        cutsOff("8", "fewer bytes than announced", OK + "Content-Length: 3^^hi"),
        accepts("6.3", "more bytes than announced", OK + "Content-Length: 2^^hi and more")
            .repaired("the rest is not passed on", List.of("hi"), List.of("and more")),
        accepts("6.3", "no length at all, until the connection ends", OK + "^hi"));
  }
}
