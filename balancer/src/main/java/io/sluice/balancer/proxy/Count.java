package io.sluice.balancer.proxy;

import java.util.Locale;

/** What is counted, from the start of the process. */
public enum Count {
  CONNECTIONS("Client connections accepted"),
  TLS_FAILURES("Client connections on which TLS was not agreed on"),
  TURNED_AWAY("Client connections turned away since too many were open, in all or of one client"),
  TOO_OFTEN("Requests answered with 429 since their client asks too often"),
  MAINTENANCE("Requests answered with 503 during maintenance"),
  REDIRECTED("Requests sent to https"),
  HTTP2_CONNECTIONS("Client connections on which HTTP/2 is spoken"),
  HTTP2_REQUESTS("Requests of HTTP/2"),
  HTTP2_FLOODS("Client connections of HTTP/2 ended for too much that leads to nothing"),
  REQUESTS("Requests whose head was understood"),
  RESPONSES_2XX("Responses of servers with a 2xx status"),
  RESPONSES_3XX("Responses of servers with a 3xx status"),
  RESPONSES_4XX("Responses of servers with a 4xx status"),
  RESPONSES_5XX("Responses of servers with a 5xx status"),
  TUNNELS("Connections given over to another protocol"),
  TUNNELS_ENDED("Such connections that their client ended"),
  INTERIM("Interim (1xx) responses passed on"),
  REFUSED("Requests refused as malformed, too large or not served here"),
  UNAVAILABLE("Requests answered with 503 since no server was left"),
  BAD_GATEWAY("Requests answered with 502"),
  GATEWAY_TIMEOUTS("Requests answered with 504"),
  CLIENT_TIMEOUTS("Client connections given up: too slow to send or to read"),
  RETRIES_SAME_SERVER("Tries repeated on the same server"),
  RETRIES_OTHER_SERVER("Tries repeated on another server"),
  RETRIES_DENIED("Repetitions that the budget did not pay for"),
  UPSTREAM_CONNECTIONS("Connections made to servers"),
  CONNECT_FAILURES("Connections to servers that did not come about"),
  UPSTREAM_RESETS("Connections to servers that broke during a request"),
  TRUNCATED("Responses that broke off in the middle"),
  CLIENT_ABORTS("Requests that their client gave up");

  private final String sentence;

  Count(String sentence) {
    this.sentence = sentence;
  }

  /** What it counts, in one sentence. */
  public String sentence() {
    return sentence;
  }

  /** Its name as a metric: {@code sluice_balancer_<name>_total}. */
  public String metric() {
    return "sluice_balancer_" + name().toLowerCase(Locale.ROOT) + "_total";
  }

  static Count responses(int status) {
    return switch (status / 100) {
      case 1 -> TUNNELS;
      case 2 -> RESPONSES_2XX;
      case 3 -> RESPONSES_3XX;
      case 4 -> RESPONSES_4XX;
      default -> RESPONSES_5XX;
    };
  }
}
