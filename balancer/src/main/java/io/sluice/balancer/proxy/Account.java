package io.sluice.balancer.proxy;

import io.sluice.balancer.access.AccessEntry;
import io.sluice.balancer.access.AccessEntry.Outcome;
import io.sluice.balancer.access.AccessLog;
import io.sluice.balancer.access.RequestError;
import io.sluice.balancer.http.Hop;
import io.sluice.balancer.http.RequestHead;
import io.sluice.balancer.http.RequestKeys;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What is noted of one request: how long it took, and, if there is a log, its line. */
final class Account {
  /** What nginx writes when the client left first. */
  private static final int CLIENT_LEFT = 499;

  /** The first status by which a server says that it failed. */
  private static final int FAILED = 500;

  private final Loop loop;
  private final Hop hop;
  private final Optional<AccessLog> log;
  private String spoken = "";
  private long begunNanos;

  /** Whether how long it took is counted already. */
  private boolean counted;

  private Instant at = Instant.EPOCH;
  private String client = "";
  private String line = "";
  private String referer = "";
  private String userAgent = "";

  Account(Loop loop, Hop hop) {
    this.loop = loop;
    this.hop = hop;
    this.log = loop.accessLog();
  }

  /** Requests are of this version, whatever their heads were made to say. */
  void speaks(String version) {
    spoken = version;
  }

  /** A request began, whose head was just scanned. */
  void begin(RequestHead head) {
    begunNanos = loop.nowNanos();
    counted = false;
    if (log.isPresent()) {
      at = Instant.now();
      client = hop.client(head);
      line = spoken.isEmpty() ? RequestKeys.line(head) : RequestKeys.line(head, spoken);
      referer = RequestKeys.field(head, "referer").orElse("");
      userAgent = RequestKeys.field(head, "user-agent").orElse("");
    }
  }

  /**
   * Its response begins. One that goes on for as long as the two sides like counts with the time
   * until now: the rest says nothing about the server. Such ones also end by the hundred when a
   * server is drained, and would all at once count as slow.
   */
  void answering(int status, boolean goesOn, @Nullable ServerSlot server) {
    if (goesOn) {
      count(loop.nowNanos() - begunNanos, status >= FAILED, server);
    }
  }

  private void count(long took, boolean failed, @Nullable ServerSlot server) {
    if (server != null && !counted) {
      counted = true;
      loop.latencies().record(took, failed);
      server.latencies().record(took, failed);
    }
  }

  /** Its response was passed on as far as it went; status 0 if there was none. */
  void end(int status, long bytes, @Nullable ServerSlot server, RequestError error) {
    loop.counters().add(error);
    long took = loop.nowNanos() - begunNanos;
    if (status > 0) {
      count(took, status >= FAILED || error == RequestError.TRUNCATED, server);
    }
    if (log.isPresent()) {
      String name = server == null ? "" : server.target().server().toString();
      int told = status == 0 ? CLIENT_LEFT : status;
      write(log.get(), new Outcome(told, bytes, name, Duration.ofNanos(took), error));
    }
  }

  /** We answered in a server's place. */
  void answered(Answer answer, boolean understood) {
    loop.counters().add(answer.error());
    if (log.isPresent()) {
      if (!understood) {
        at = Instant.now();
        begunNanos = loop.nowNanos();
        client = hop.address();
        line = "";
        referer = "";
        userAgent = "";
      }
      Duration took = Duration.ofNanos(loop.nowNanos() - begunNanos);
      long bytes = answer.page(loop).bytes().length;
      write(log.get(), new Outcome(answer.status(), bytes, "", took, answer.error()));
    }
  }

  private void write(AccessLog to, Outcome outcome) {
    to.add(new AccessEntry(at, new AccessEntry.Asked(client, line, referer, userAgent), outcome));
  }
}
