package io.sluice.balancer.proxy;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.sluice.balancer.access.RequestError;
import io.sluice.balancer.http.Refusal;

/**
 * A response of our own.
 *
 * @param status its status code
 * @param reason the reason phrase
 * @param sentence what happened, for people
 */
record Answer(int status, String reason, String sentence) {
  static final Answer UNAVAILABLE =
      new Answer(503, "Service Unavailable", "no server can take the request");
  static final Answer TOO_MANY =
      new Answer(503, "Service Unavailable", "too many connections are open");
  static final Answer BROKEN =
      new Answer(502, "Bad Gateway", "the server's connection broke before it answered");
  static final Answer NOT_CONNECTED =
      new Answer(502, "Bad Gateway", "no connection to a server came about");
  static final Answer HANGING =
      new Answer(503, "Service Unavailable", "the server does not answer anybody");
  static final Answer TIMED_OUT =
      new Answer(504, "Gateway Timeout", "the server did not answer in time");
  static final Answer CLIENT_TIMED_OUT =
      new Answer(408, "Request Timeout", "the request did not arrive in time");

  static Answer refusal(Refusal refusal) {
    String reason =
        switch (refusal.status()) {
          case 405 -> "Method Not Allowed";
          case 413 -> "Content Too Large";
          case 414 -> "URI Too Long";
          case 417 -> "Expectation Failed";
          case 431 -> "Request Header Fields Too Large";
          case 501 -> "Not Implemented";
          case 505 -> "HTTP Version Not Supported";
          default -> "Bad Request";
        };
    return new Answer(refusal.status(), reason, refusal.sentence());
  }

  static Answer badResponse(Refusal refusal) {
    return new Answer(
        502, "Bad Gateway", "the server's response can't be passed on: " + refusal.sentence());
  }

  /** Why it is not a server's. */
  RequestError error() {
    if (equals(TOO_MANY)) {
      return RequestError.TOO_MANY_CLIENTS;
    }
    if (equals(NOT_CONNECTED)) {
      return RequestError.NOT_CONNECTED;
    }
    return switch (status) {
      case 502 -> equals(BROKEN) ? RequestError.CONNECTION_BROKE : RequestError.BAD_RESPONSE;
      case 503 -> equals(HANGING) ? RequestError.SERVER_HANGS : RequestError.NO_SERVER;
      case 504 -> RequestError.TIMED_OUT;
      case 408 -> RequestError.CLIENT_TIMED_OUT;
      default -> RequestError.REFUSED;
    };
  }

  Count count() {
    if (equals(TOO_MANY)) {
      return Count.TURNED_AWAY;
    }
    return switch (status) {
      case 502 -> Count.BAD_GATEWAY;
      case 503 -> Count.UNAVAILABLE;
      case 504 -> Count.GATEWAY_TIMEOUTS;
      case 408 -> Count.CLIENT_TIMEOUTS;
      default -> Count.REFUSED;
    };
  }

  /**
   * The bytes of the response.
   *
   * @param body whether the sentence is sent too: not in the answer to a HEAD
   * @param close whether the connection closes after it
   */
  byte[] bytes(Loop loop, boolean body, boolean close) {
    StringBuilder text = new StringBuilder(256);
    text.append("HTTP/1.1 ").append(status).append(' ').append(reason).append("\r\n");
    text.append("Date: ").append(new String(loop.date(), US_ASCII)).append("\r\n");
    text.append("Content-Type: text/plain; charset=utf-8\r\nCache-Control: no-store\r\n");
    text.append("Content-Length: ").append(sentence.length() + 1).append("\r\n");
    if (status == 503) {
      long seconds = Math.max(1, loop.config().timeouts().retryAfter().toSeconds());
      text.append("Retry-After: ").append(seconds).append("\r\n");
    }
    if (status == 405) {
      text.append("Allow: GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS\r\n");
    }
    text.append(close ? "Connection: close\r\n\r\n" : "\r\n");
    if (body) {
      text.append(sentence).append('\n');
    }
    return text.toString().getBytes(US_ASCII);
  }
}
