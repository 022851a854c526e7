package io.sluice.balancer.http;

/** Is told where, between the chunk headers, the data of a chunked body lies. */
@FunctionalInterface
public interface DataSpans {
  /** Ignores the spans: for bodies that are passed on as they are. */
  DataSpans IGNORED = (from, to) -> {};

  /** Data lies in {@code [from, to)} of the source that is being scanned. */
  void data(int from, int to);
}
