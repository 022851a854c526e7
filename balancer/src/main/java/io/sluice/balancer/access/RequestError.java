package io.sluice.balancer.access;

import java.util.Locale;

/** Why a request was not answered by a server to its end; in the access log and the metrics. */
public enum RequestError {
  /** Nothing went wrong, whatever the server's status. */
  NONE("nothing"),
  REFUSED("it was malformed, too large or not served here"),
  CLIENT_TIMED_OUT("the client was too slow to send or to read"),
  CLIENT_LEFT("the client left before it had its answer"),
  TOO_MANY_CLIENTS("too many connections of clients were open"),
  LIMITED("its client asked too often, or had too many connections"),
  MAINTENANCE("there was maintenance"),
  NO_SERVER("no server could take it in time"),
  NOT_CONNECTED("no connection to a server came about"),
  CONNECTION_BROKE("the server's connection broke before it answered"),
  SERVER_HANGS("its server answered nobody any more, and there was no other"),
  TIMED_OUT("its server did not answer it in time"),
  BAD_RESPONSE("what its server sent is not HTTP as it should be"),
  TRUNCATED("the response broke off in its middle"),
  CUT_OFF("the balancer ended, or was replaced, before it was over");

  private final String sentence;

  RequestError(String sentence) {
    this.sentence = sentence;
  }

  /** What happened, in the words that follow "a request was not answered since". */
  public String sentence() {
    return sentence;
  }

  /** Its name in logs and metrics, such as {@code no-server}; empty for {@link #NONE}. */
  public String label() {
    return this == NONE ? "" : name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
