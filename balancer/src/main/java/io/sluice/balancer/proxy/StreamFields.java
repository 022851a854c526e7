package io.sluice.balancer.proxy;

import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.AsciiString;
import io.sluice.balancer.http.HeadBytes;

/**
 * Reads the lines of a head that we wrote as HTTP/1.1 into fields of HTTP/2, whose names are
 * lower-case.
 */
final class StreamFields {
  private static final int STATUS_FROM = "HTTP/1.1 ".length();
  private static final int STATUS_TO = STATUS_FROM + 3;

  private StreamFields() {}

  /** Of a whole head of a response. */
  static Http2Headers of(HeadBytes head) {
    byte[] bytes = head.array();
    Http2Headers fields = new DefaultHttp2Headers(false);
    fields.status(new AsciiString(bytes, STATUS_FROM, STATUS_TO - STATUS_FROM, true));
    int line = STATUS_TO;
    while (bytes[line] != '\n') {
      line++;
    }
    add(fields, bytes, line + 1, head.length());
    return fields;
  }

  /** Of field lines. */
  static Http2Headers of(byte[] lines) {
    Http2Headers fields = new DefaultHttp2Headers(false);
    add(fields, lines);
    return fields;
  }

  /** Adds field lines. */
  static void add(Http2Headers fields, byte[] lines) {
    add(fields, lines, 0, lines.length);
  }

  private static void add(Http2Headers fields, byte[] bytes, int from, int to) {
    int at = from;
    while (at < to && bytes[at] != '\r') {
      int colon = at;
      while (bytes[colon] != ':') {
        colon++;
      }
      int valueFrom = colon + 1;
      int end = valueFrom;
      while (bytes[end] != '\r') {
        end++;
      }
      int valueTo = end;
      while (valueFrom < valueTo && blank(bytes[valueFrom])) {
        valueFrom++;
      }
      while (valueTo > valueFrom && blank(bytes[valueTo - 1])) {
        valueTo--;
      }
      AsciiString name = new AsciiString(bytes, at, colon - at, true).toLowerCase();
      if (!connectionSpecific(name)) {
        fields.add(name, new AsciiString(bytes, valueFrom, valueTo - valueFrom, true));
      }
      at = end + 2;
    }
  }

  /** Dropped before, and dropped here again: a client would end its connection for one of them. */
  private static boolean connectionSpecific(AsciiString name) {
    return name.contentEquals("connection")
        || name.contentEquals("keep-alive")
        || name.contentEquals("proxy-connection")
        || name.contentEquals("transfer-encoding")
        || name.contentEquals("upgrade");
  }

  private static boolean blank(byte octet) {
    return octet == ' ' || octet == '\t';
  }
}
