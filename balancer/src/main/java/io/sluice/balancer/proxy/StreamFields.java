package io.sluice.balancer.proxy;

import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.AsciiString;
import io.sluice.balancer.http.HeadBytes;

/**
 * Reads the lines of a head that we wrote as HTTP/1.1, of a response or a request, into fields of
 * HTTP/2, whose names are lower-case.
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
    var _ = add(fields, bytes, indexOf(bytes, '\n', STATUS_TO) + 1, head.length());
    return fields;
  }

  /**
   * Of a whole head of a request.
   *
   * @param fields the fields
   * @param chunked whether its body is written in chunks
   */
  record Request(Http2Headers fields, boolean chunked) {
    /** How long the body is: -1 if that was not said, as of one in chunks. */
    long length() {
      return chunked ? -1 : fields.getLong("content-length", 0);
    }

    boolean toHead() {
      return "HEAD".contentEquals(fields.method());
    }
  }

  /** Reads a whole head of a request that we wrote: origin-form, with {@code Host}. */
  static Request ofRequest(byte[] head) {
    int methodTo = indexOf(head, ' ', 0);
    int targetTo = indexOf(head, ' ', methodTo + 1);
    int fieldsFrom = indexOf(head, '\n', targetTo) + 1;
    Http2Headers fields = new DefaultHttp2Headers(false);
    fields.method(new AsciiString(head, 0, methodTo, true));
    fields.scheme("http");
    fields.path(new AsciiString(head, methodTo + 1, targetTo - methodTo - 1, true));
    boolean chunked = add(fields, head, fieldsFrom, head.length);
    CharSequence host = fields.get("host");
    if (host != null) {
      fields.remove("host");
      fields.authority(host);
    }
    // Whoever sent the request, its trailers and those of the answer are carried.
    fields.set("te", "trailers");
    return new Request(fields, chunked);
  }

  private static int indexOf(byte[] bytes, char octet, int from) {
    int at = from;
    while (bytes[at] != octet) {
      at++;
    }
    return at;
  }

  /** Of field lines. */
  static Http2Headers of(byte[] lines) {
    Http2Headers fields = new DefaultHttp2Headers(false);
    add(fields, lines);
    return fields;
  }

  /** Adds field lines. */
  static void add(Http2Headers fields, byte[] lines) {
    var _ = add(fields, lines, 0, lines.length);
  }

  /** Adds field lines; says whether one of them was {@code Transfer-Encoding}. */
  private static boolean add(Http2Headers fields, byte[] bytes, int from, int to) {
    boolean chunked = false;
    int at = from;
    while (at < to && bytes[at] != '\r') {
      int colon = indexOf(bytes, ':', at);
      int valueFrom = colon + 1;
      int end = indexOf(bytes, '\r', valueFrom);
      int valueTo = end;
      while (valueFrom < valueTo && blank(bytes[valueFrom])) {
        valueFrom++;
      }
      while (valueTo > valueFrom && blank(bytes[valueTo - 1])) {
        valueTo--;
      }
      AsciiString name = new AsciiString(bytes, at, colon - at, true).toLowerCase();
      chunked |= name.contentEquals("transfer-encoding");
      if (!connectionSpecific(name)) {
        fields.add(name, new AsciiString(bytes, valueFrom, valueTo - valueFrom, true));
      }
      at = end + 2;
    }
    return chunked;
  }

  /** Dropped before, and dropped here again: a peer would end its connection for one of them. */
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
