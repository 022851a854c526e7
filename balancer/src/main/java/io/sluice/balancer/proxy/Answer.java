package io.sluice.balancer.proxy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.sluice.balancer.access.RequestError;
import io.sluice.balancer.http.Refusal;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A response of our own.
 *
 * @param status its status code
 * @param reason the reason phrase
 * @param sentence what happened, for people
 * @param field a field of its own, such as {@code Location: /}; empty: none
 */
record Answer(int status, String reason, String sentence, String field) {
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

  static final Answer TOO_MANY_OF_ONE =
      new Answer(
          429,
          "Too Many Requests",
          "too many connections of your address are open",
          "Retry-After: 1");
  static final Answer MAINTENANCE = new Answer(503, "Service Unavailable", "down for maintenance");

  private Answer(int status, String reason, String sentence) {
    this(status, reason, sentence, "");
  }

  /** The client asks too often; it may again after so many nanoseconds. */
  static Answer tooOften(long nanos) {
    long seconds = Math.max(1, Math.ceilDiv(nanos, TimeUnit.SECONDS.toNanos(1)));
    return new Answer(
        429,
        "Too Many Requests",
        "too many requests come from your address",
        "Retry-After: " + seconds);
  }

  /** The client is sent there. */
  static Answer redirect(String location) {
    return new Answer(
        308, "Permanent Redirect", "this is served over https", "Location: " + location);
  }

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
    if (equals(MAINTENANCE)) {
      return RequestError.MAINTENANCE;
    }
    if (equals(NOT_CONNECTED)) {
      return RequestError.NOT_CONNECTED;
    }
    return switch (status) {
      case 308 -> RequestError.NONE;
      case 429 -> RequestError.LIMITED;
      case 502 -> equals(BROKEN) ? RequestError.CONNECTION_BROKE : RequestError.BAD_RESPONSE;
      case 503 -> equals(HANGING) ? RequestError.SERVER_HANGS : RequestError.NO_SERVER;
      case 504 -> RequestError.TIMED_OUT;
      case 408 -> RequestError.CLIENT_TIMED_OUT;
      default -> RequestError.REFUSED;
    };
  }

  Count count() {
    if (equals(TOO_MANY) || equals(TOO_MANY_OF_ONE)) {
      return Count.TURNED_AWAY;
    }
    if (equals(MAINTENANCE)) {
      return Count.MAINTENANCE;
    }
    return switch (status) {
      case 308 -> Count.REDIRECTED;
      case 429 -> Count.TOO_OFTEN;
      case 502 -> Count.BAD_GATEWAY;
      case 503 -> Count.UNAVAILABLE;
      case 504 -> Count.GATEWAY_TIMEOUTS;
      case 408 -> Count.CLIENT_TIMEOUTS;
      default -> Count.REFUSED;
    };
  }

  /** What is said to the client. */
  Page page(Loop loop) {
    boolean unserved = status == 503 && !equals(TOO_MANY);
    Optional<Page> page = unserved ? loop.admission().rules().page() : Optional.empty();
    return page.orElseGet(
        () -> new Page((sentence + "\n").getBytes(US_ASCII), "text/plain; charset=utf-8"));
  }

  /** Its fields beside those of its body, each with its end. */
  String fields(Loop loop) {
    StringBuilder text = new StringBuilder(128);
    text.append("Date: ").append(new String(loop.date(), US_ASCII)).append("\r\n");
    text.append("Cache-Control: no-store\r\n");
    if (status == 503) {
      Duration wait =
          equals(MAINTENANCE)
              ? loop.admission().rules().told().retryAfter()
              : loop.config().timeouts().retryAfter();
      text.append("Retry-After: ").append(Math.max(1, wait.toSeconds())).append("\r\n");
    }
    if (status == 405) {
      text.append("Allow: GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS\r\n");
    }
    return field.isEmpty() ? text.toString() : text.append(field).append("\r\n").toString();
  }

  /**
   * The response as it is written in HTTP/1.
   *
   * @param body whether the page is sent too: not in the answer to a HEAD
   * @param close whether the connection closes after it
   */
  ByteBuf bytes(Loop loop, boolean body, boolean close) {
    Page page = page(loop);
    StringBuilder text = new StringBuilder(256);
    text.append("HTTP/1.1 ").append(status).append(' ').append(reason).append("\r\n");
    text.append(fields(loop));
    text.append("Content-Type: ").append(page.contentType()).append("\r\n");
    text.append("Content-Length: ").append(page.bytes().length).append("\r\n");
    text.append(close ? "Connection: close\r\n\r\n" : "\r\n");
    byte[] head = text.toString().getBytes(ISO_8859_1);
    return body ? Unpooled.wrappedBuffer(head, page.bytes()) : Unpooled.wrappedBuffer(head);
  }
}
