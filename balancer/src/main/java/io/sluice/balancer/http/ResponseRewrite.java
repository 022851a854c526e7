package io.sluice.balancer.http;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.Locale;

/**
 * Writes the head that goes to the client: HTTP/1.1, without the fields of the server's connection,
 * with what the client has to know about its own.
 */
public final class ResponseRewrite {
  /** What the client is told about its connection. */
  public enum Persistence {
    /** Nothing, which in HTTP/1.1 means that it stays open. */
    IMPLIED,
    /** {@code Connection: keep-alive}, for a client of HTTP/1.0 that asked for it. */
    KEEP_ALIVE,
    /** {@code Connection: close}. */
    CLOSE
  }

  private static final byte[] VERSION = "HTTP/1.1 ".getBytes(US_ASCII);
  private static final byte[] KEEP_ALIVE = "Connection: keep-alive\r\n\r\n".getBytes(US_ASCII);
  private static final byte[] CLOSE = "Connection: close\r\n\r\n".getBytes(US_ASCII);
  private static final byte[] DATE = "Date: ".getBytes(US_ASCII);
  private static final byte[] SP_CRLF = " \r\n".getBytes(US_ASCII);
  private static final byte[] PRIVATE = "Cache-Control: private\r\n".getBytes(US_ASCII);
  private static final byte[] NOTHING = new byte[0];
  private static final byte[] CRLF = "\r\n".getBytes(US_ASCII);

  /**
   * What is added to a response.
   *
   * @param date the value of {@code Date} if the server sent none
   * @param binding the field that binds the client to a server; may be empty. An answer for
   *     everybody, which caches may keep, binds nobody; of any other that binds, caches are told to
   *     keep it for its receiver alone
   */
  // Arrays, since they are written for every response; nobody compares extras.
  @SuppressWarnings("ArrayRecordComponent")
  public record Extras(byte[] date, byte[] binding) {}

  private ResponseRewrite() {}

  /**
   * Writes the final head of a response.
   *
   * @param head a head whose scan was complete
   * @param persistence what the client is told about its connection
   * @param unchunk whether the chunks are taken off the body, since the client knows only HTTP/1.0
   * @param extras what is added
   * @param out takes the bytes; emptied first
   */
  public static void write(
      ResponseHead head, Persistence persistence, boolean unchunk, Extras extras, HeadBytes out) {
    start(head, unchunk || head.stripsFraming(), out);
    if (!unchunk && !head.stripsFraming()) {
      head.framing().writeLength(out);
    }
    if (!head.framing().hasDate()) {
      out.add(DATE).add(extras.date()).add(CRLF);
    }
    if (extras.binding().length > 0) {
      bind(head.fields(), extras.binding(), out);
    }
    switch (persistence) {
      case IMPLIED -> out.add(CRLF);
      case KEEP_ALIVE -> out.add(KEEP_ALIVE);
      case CLOSE -> out.add(CLOSE);
    }
  }

  private static void bind(Fields fields, byte[] binding, HeadBytes out) {
    boolean shared = false;
    boolean kept = false;
    for (int i = 0; i < fields.count(); i++) {
      if (Octets.equalsIgnoreCase(
          fields.bytes(), fields.nameFrom(i), fields.nameTo(i), "cache-control")) {
        String value = fields.value(i).toLowerCase(Locale.ROOT);
        shared |= value.contains("public") || value.contains("s-maxage");
        kept |= value.contains("private") || value.contains("no-store");
      }
    }
    if (kept || !shared) {
      out.add(binding).add(kept ? NOTHING : PRIVATE);
    }
  }

  /** Writes the head after which the connection belongs to another protocol. */
  public static void writeSwitch(ResponseHead head, String protocol, HeadBytes out) {
    start(head, true, out);
    out.add("Connection: Upgrade\r\nUpgrade: " + protocol + "\r\n\r\n");
  }

  /** Writes an interim (1xx) head. */
  public static void writeInterim(ResponseHead head, HeadBytes out) {
    start(head, true, out);
    out.add(CRLF);
  }

  private static void start(ResponseHead head, boolean withoutFraming, HeadBytes out) {
    Fields fields = head.fields();
    out.reset().add(VERSION).add(fields.bytes(), head.codeFrom(), head.reasonTo());
    boolean reasonMissing = head.reasonTo() == head.codeFrom() + 3;
    out.add(reasonMissing ? SP_CRLF : CRLF);
    for (int i = 0; withoutFraming && i < fields.count(); i++) {
      FieldName name = fields.name(i);
      if (name == FieldName.TRANSFER_ENCODING || name == FieldName.CONTENT_LENGTH) {
        fields.drop(i);
      }
    }
    head.framing().dropPaddedLength(fields);
    RequestRewrite.copy(fields, head.fieldsFrom(), out);
  }
}
