package io.sluice.balancer.proxy;

import io.sluice.balancer.access.AccessFormat;
import io.sluice.balancer.access.AccessLog;
import io.sluice.balancer.access.AccessLogConfig;
import io.sluice.schemas.supervision.Loops;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The access logs of one data path: that of the present configuration, and those of earlier ones to
 * which requests still belong.
 */
final class AccessLogs implements AutoCloseable {
  private final Loops loops;
  private final List<AccessLog> open = new CopyOnWriteArrayList<>();
  private final Set<AccessLog> closing = new HashSet<>();
  private long lostBefore;
  private long opened;

  /** No log yet; the loops run those that write. */
  AccessLogs(Loops loops) {
    this.loops = loops;
  }

  /**
   * Opens one; empty if none is wanted.
   *
   * @throws ProxyException if the file can't be opened
   */
  synchronized Optional<AccessLog> open(AccessLogConfig config) {
    if (config.format() == AccessFormat.OFF) {
      return Optional.empty();
    }
    try {
      // An earlier one may write for long yet.
      String name = open.isEmpty() ? "access-log" : "access-log-" + ++opened;
      AccessLog log = new AccessLog(config, name, loops);
      open.add(log);
      return Optional.of(log);
    } catch (IOException failed) {
      throw new ProxyException(
          "access log %s: %s, expected a file that can be written"
              .formatted(config.file(), failed.getMessage()),
          failed);
    }
  }

  /** Opens the files of all of them anew. */
  void reopen() {
    open.forEach(AccessLog::reopen);
  }

  /** How many lines were lost, also of those that are closed. */
  synchronized long lost() {
    return lostBefore + open.stream().mapToLong(AccessLog::lost).sum();
  }

  /** Nobody writes to it any more; it is closed once, whoever says so. */
  void close(AccessLog log) {
    if (begin(log)) {
      log.close();
      closed(log);
    }
  }

  private synchronized boolean begin(AccessLog log) {
    return open.contains(log) && closing.add(log);
  }

  private synchronized void closed(AccessLog log) {
    lostBefore += log.lost();
    open.remove(log);
    closing.remove(log);
  }

  @Override
  public void close() {
    open.forEach(this::close);
  }
}
