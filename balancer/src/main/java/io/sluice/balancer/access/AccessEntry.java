package io.sluice.balancer.access;

import java.time.Duration;
import java.time.Instant;

/**
 * What is told of one request; a text that is not known is empty.
 *
 * @param at when it came
 * @param asked what it was
 * @param outcome what came of it
 */
public record AccessEntry(Instant at, Asked asked, Outcome outcome) {
  /**
   * A request.
   *
   * @param client IP address of the client
   * @param line its first line, such as {@code GET / HTTP/1.1}; empty if there was none worth
   *     reading
   * @param referer value of {@code Referer}
   * @param userAgent value of {@code User-Agent}
   */
  public record Asked(String client, String line, String referer, String userAgent) {}

  /**
   * Its end.
   *
   * @param status of the response; 499 if the client left before there was one
   * @param bytes of the response's body that were passed on
   * @param server the id of the server that answered
   * @param took until the response was passed on
   * @param error why no server answered it to its end
   */
  public record Outcome(int status, long bytes, String server, Duration took, RequestError error) {}
}
