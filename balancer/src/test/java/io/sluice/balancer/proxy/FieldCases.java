package io.sluice.balancer.proxy;

import static io.sluice.balancer.proxy.StrictnessCase.accepts;
import static io.sluice.balancer.proxy.StrictnessCase.refuses;

import java.util.List;

/** What may stand in the fields of a request. */
final class FieldCases {
  private static final String GET = "GET / HTTP/1.1^Host: a^";

  private FieldCases() {}

  static List<StrictnessCase> fields() {
    return List.of(
        accepts("5", "blanks and tabs around a value", GET + "X: \t y \t^^"),
        accepts("5", "an empty value", GET + "X:^^"),
        refuses(400, "5.1", "a blank before the colon", GET + "X : y^^"),
        refuses(400, "5.1", "a tab before the colon", GET + "X\t: y^^"),
        refuses(400, "5.1", "an empty name", GET + ": y^^"),
        refuses(400, "5.1", "a line without a colon", GET + "X^^"),
        refuses(400, "5.1", "NUL in a name", GET + "Content-Length\u0000: 1^^"),
        refuses(400, "5.1", "a control character in a name", GET + "\u000bHost: b^^"),
        refuses(400, "5.1", "a separator in a name", GET + "X(y): z^^"),
        refuses(400, "5.1", "an octet above 7F in a name", GET + "X\u00e4: y^^"),
        refuses(400, "5.2", "a folded line", GET + "X: y^ z^^"),
        refuses(400, "5.2", "a line folded with a tab", GET + "X: y^\tz^^"),
        refuses(400, "9110 5.5", "NUL in a value", GET + "X: a\u0000b^^"),
        refuses(400, "9110 5.5", "another control character in a value", GET + "X: a\u0007b^^"),
        refuses(400, "9110 5.5", "DEL in a value", GET + "X: a\u007fb^^"),
        accepts("9110 5.5", "octets above 7F in a value", GET + "X: \u00e4^^"),
        refuses(
            400, "6.1", "a look-alike: `Transfer_Encoding`", GET + "Transfer_Encoding: chunked^^"),
        refuses(400, "6.3", "a look-alike: `Content_Length`", GET + "Content_Length: 1^^"),
        refuses(400, "6.3", "a look-alike: `Content.Length`", GET + "Content.Length: 1^^"),
        accepts("9110 5.1", "a look-alike of what we write", GET + "X_Forwarded_For: 9.9.9.9^^")
            .repaired(
                "dropped",
                List.of("X-Forwarded-For: 127.0.0.1"),
                List.of("X_Forwarded_For", "9.9.9.9")),
        accepts("9110 5.1", "an underscore in another name", GET + "my_field: y^^"),
        refuses(431, "5", "more than 100 fields", GET + "X: y^".repeat(100) + "^"),
        refuses(431, "5", "a head above 32 KiB", GET + "X: " + "x".repeat(40_000)),
        refuses(
            431,
            "5",
            "many fields, together above 32 KiB",
            GET + ("X: " + "y".repeat(400) + "^").repeat(99)));
  }

  static List<StrictnessCase> connections() {
    return List.of(
        accepts(
                "9110 7.6.1",
                "fields that Connection names",
                GET + "Connection: X-A^X-A: 1^X-B: 2^^")
            .repaired("dropped", List.of("X-B: 2"), List.of("X-A")),
        refuses(400, "9110 7.6.1", "Connection names Host", GET + "Connection: host^^"),
        refuses(
            400,
            "9110 7.6.1",
            "Connection names Content-Length",
            "POST / HTTP/1.1^Host: a^Content-Length: 1^Connection: content-length^^x"),
        accepts(
                "9110 7.6.1",
                "Keep-Alive, Proxy-Connection",
                GET + "Keep-Alive: 9^Proxy-Connection: x^^")
            .repaired("dropped", List.of(), List.of("Keep-Alive", "Proxy-Connection")),
        accepts("9110 10.1.4", "TE", GET + "TE: trailers^Connection: TE^^")
            .repaired("dropped", List.of(), List.of("TE:")),
        accepts("9110 11.7.2", "Proxy-Authorization", GET + "Proxy-Authorization: Basic eA^^")
            .repaired("dropped", List.of(), List.of("Proxy-Authorization")),
        refuses(
            400,
            "9110 7.6.1",
            "Connection names more than 32 fields",
            GET + "Connection: " + "a,".repeat(33) + "^^"),
        accepts("9110 10.1.1", "Expect: 100-continue", GET + "Expect: 100-continue^^"),
        refuses(417, "9110 10.1.1", "another Expect", GET + "Expect: more^^"),
        accepts("9.3", "HTTP/1.0 with keep-alive", "GET / HTTP/1.0^Connection: keep-alive^^"),
        accepts("9.6", "Connection: close", GET + "Connection: close^^"));
  }

  static List<StrictnessCase> hops() {
    return List.of(
        accepts("", "Proxy, which CGI programs take for an address", GET + "Proxy: http://b^^")
            .repaired("dropped", List.of(), List.of("http://b")),
        accepts("", "X-Forwarded-For of anybody", GET + "X-Forwarded-For: 9.9.9.9^^")
            .repaired("replaced", List.of("X-Forwarded-For: 127.0.0.1"), List.of("9.9.9.9")),
        accepts("", "Forwarded of anybody", GET + "Forwarded: for=9.9.9.9^^")
            .repaired("dropped", List.of(), List.of("9.9.9.9")),
        accepts(
                "",
                "X-Real-IP, True-Client-IP and the like of anybody",
                GET + "X-Real-IP: 9.9.9.9^^")
            .repaired("dropped", List.of(), List.of("9.9.9.9")),
        accepts("", "any other X-Forwarded-… of anybody", GET + "X-Forwarded-Port: 4443^^")
            .repaired("dropped", List.of(), List.of("4443")));
  }
}
