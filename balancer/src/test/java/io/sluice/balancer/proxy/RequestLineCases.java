package io.sluice.balancer.proxy;

import static io.sluice.balancer.proxy.StrictnessCase.accepts;
import static io.sluice.balancer.proxy.StrictnessCase.refuses;

import java.util.List;

/** What may stand before the fields of a request. */
final class RequestLineCases {
  private RequestLineCases() {}

  static List<StrictnessCase> lines() {
    return List.of(
        accepts("2.2", "an empty line before the request line", "^GET / HTTP/1.1^Host: a^^"),
        refuses(400, "2.2", "two empty lines before it", "^^GET / HTTP/1.1^Host: a^^"),
        refuses(400, "2.2", "LF alone after the request line", "GET / HTTP/1.1~Host: a^^"),
        refuses(400, "2.2", "LF alone after a field", "GET / HTTP/1.1^Host: a~^"),
        refuses(400, "2.2", "LF alone as the empty line", "GET / HTTP/1.1^Host: a^~"),
        refuses(400, "2.2", "CR alone after the request line", "GET / HTTP/1.1\rHost: a^^"),
        refuses(400, "2.2", "CR alone in a value", "GET / HTTP/1.1^Host: a^X: b\rc: d^^"),
        refuses(400, "2.2", "CR CR LF", "GET / HTTP/1.1^Host: a\r^^"),
        refuses(400, "2.2", "white space before the first field", "GET / HTTP/1.1^ Host: a^^"),
        accepts("2.3", "HTTP/1.0", "GET / HTTP/1.0^Host: a^^"),
        refuses(505, "2.3", "HTTP/1.2", "GET / HTTP/1.2^Host: a^^"),
        refuses(505, "2.3", "HTTP/2.0 by its preface", "PRI * HTTP/2.0^^SM^^"),
        refuses(505, "2.3", "HTTP/0.9 by number", "GET / HTTP/0.9^Host: a^^"),
        refuses(400, "2.3", "a request of HTTP/0.9", "GET /^^"),
        refuses(400, "2.3", "http/1.1 in lower case", "GET / http/1.1^Host: a^^"),
        refuses(400, "2.3", "HTTP/1.10", "GET / HTTP/1.10^Host: a^^"),
        refuses(400, "2.3", "HTTP/01.1", "GET / HTTP/01.1^Host: a^^"),
        refuses(400, "2.3", "HTTP 1.1", "GET / HTTP 1.1^Host: a^^"),
        refuses(400, "3", "two blanks in the request line", "GET  / HTTP/1.1^Host: a^^"),
        refuses(400, "3", "a tab in the request line", "GET\t/ HTTP/1.1^Host: a^^"),
        refuses(400, "3", "a blank at its end", "GET / HTTP/1.1 ^Host: a^^"),
        refuses(400, "3", "a blank at its start", " GET / HTTP/1.1^Host: a^^"),
        refuses(400, "3", "a blank in the target", "GET /a b HTTP/1.1^Host: a^^"),
        refuses(400, "3", "NUL in the target", "GET /\u0000 HTTP/1.1^Host: a^^"),
        refuses(400, "3.2", "an octet above 7F in the target", "GET /\u00e4 HTTP/1.1^Host: a^^"),
        refuses(400, "3.2", "a fragment", "GET /#top HTTP/1.1^Host: a^^"),
        accepts(
            "3.2",
            "quotes, braces and bars, which browsers send",
            "GET /?{\"|\"} HTTP/1.1^Host: a^^"),
        accepts("3.1", "an unknown method", "PROPFIND / HTTP/1.1^Host: a^^"),
        accepts("3.1", "a method in lower case, another one then", "get / HTTP/1.1^Host: a^^"),
        refuses(400, "3.1", "a method that is no token", "G@T / HTTP/1.1^Host: a^^"),
        refuses(400, "3.1", "NUL in the method", "G\u0000T / HTTP/1.1^Host: a^^"),
        refuses(405, "3.1", "TRACE", "TRACE / HTTP/1.1^Host: a^^"),
        refuses(414, "3", "a request line above 8 KiB", "GET /" + "x".repeat(9000) + " HTTP/1.1^"),
        refuses(414, "3", "a method without end", "G".repeat(9000)));
  }

  static List<StrictnessCase> targets() {
    return List.of(
        accepts("3.2.1", "origin-form", "GET /a?b=c HTTP/1.1^Host: a^^"),
        accepts("3.2.2", "absolute-form", "GET http://b:81/x HTTP/1.1^Host: a^^")
            .repaired(
                "origin-form, and the target's authority is Host",
                List.of("GET /x HTTP/1.1", "Host: b:81"),
                List.of("Host: a")),
        accepts("3.2.2", "absolute-form without a path", "GET http://b HTTP/1.1^Host: b^^")
            .repaired("the path is /", List.of("GET / HTTP/1.1", "Host: b"), List.of()),
        refuses(400, "3.2.2", "absolute-form without Host", "GET http://b/ HTTP/1.1^^"),
        refuses(
            400, "3.2.2", "absolute-form without authority", "GET http:///x HTTP/1.1^Host: a^^"),
        refuses(400, "3.2.2", "absolute-form with a user", "GET http://u@b/ HTTP/1.1^Host: b^^"),
        refuses(400, "3.2.2", "absolute-form of another scheme", "GET ftp://b/ HTTP/1.1^Host: b^^"),
        refuses(405, "3.2.3", "CONNECT with authority-form", "CONNECT b:80 HTTP/1.1^Host: b:80^^"),
        refuses(400, "3.2.3", "authority-form of another method", "GET b:80 HTTP/1.1^Host: b^^"),
        accepts("3.2.4", "\\* of OPTIONS", "OPTIONS * HTTP/1.1^Host: a^^"),
        refuses(400, "3.2.4", "\\* of another method", "GET * HTTP/1.1^Host: a^^"),
        refuses(400, "3.2", "a relative path", "GET a/b HTTP/1.1^Host: a^^"),
        refuses(400, "3.2", "HTTP/1.1 without Host", "GET / HTTP/1.1^X: y^^"),
        accepts("3.2", "HTTP/1.0 without Host", "GET / HTTP/1.0^^")
            .repaired("the address that it came to", List.of("Host: 127.0.0.1:"), List.of()),
        refuses(400, "3.2", "Host twice", "GET / HTTP/1.1^Host: a^Host: a^^"),
        refuses(400, "3.2", "Host twice in different case", "GET / HTTP/1.1^Host: a^hOST: b^^"),
        refuses(400, "3.2", "an empty Host", "GET / HTTP/1.1^Host:^^"),
        refuses(400, "3.2", "a list as Host", "GET / HTTP/1.1^Host: a, b^^"),
        refuses(400, "3.2", "blanks in Host", "GET / HTTP/1.1^Host: a b^^"),
        refuses(400, "3.2", "Host with a user", "GET / HTTP/1.1^Host: u@a^^"),
        refuses(400, "3.2", "Host with a path", "GET / HTTP/1.1^Host: a/b^^"),
        refuses(400, "3.2", "Host with octets above 7F", "GET / HTTP/1.1^Host: \u00e4^^"),
        refuses(400, "3.2", "a port that is no number", "GET / HTTP/1.1^Host: a:b^^"),
        refuses(400, "3.2", "a port above 65535", "GET / HTTP/1.1^Host: a:65536^^"),
        refuses(400, "3.2", "two ports", "GET / HTTP/1.1^Host: a:1:2^^"),
        accepts("3.2", "an IPv6 address as Host", "GET / HTTP/1.1^Host: [::1]:80^^"),
        refuses(400, "3.2", "an IPv6 address without its end", "GET / HTTP/1.1^Host: [::1^^"));
  }
}
