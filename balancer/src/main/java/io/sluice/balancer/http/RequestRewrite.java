package io.sluice.balancer.http;

import static java.nio.charset.StandardCharsets.US_ASCII;

/**
 * Writes the head that goes to the server: origin-form, HTTP/1.1, without the fields of the
 * client's connection, with those that tell about the hop. Fields that stay are copied in runs.
 */
public final class RequestRewrite {
  private static final byte[] VERSION = ascii(" HTTP/1.1\r\n");
  private static final byte[] HOST = ascii("Host: ");
  private static final byte[] FORWARDED_FOR = ascii("X-Forwarded-For: ");
  private static final byte[] FORWARDED_PROTO = ascii("X-Forwarded-Proto: http\r\n");
  private static final byte[] FORWARDED_PROTO_TLS = ascii("X-Forwarded-Proto: https\r\n");
  private static final byte[] FORWARDED_HOST = ascii("X-Forwarded-Host: ");
  private static final byte[] REQUEST_ID = ascii("X-Request-Id: ");
  private static final byte[] VIA = ascii("Via: 1.1 sluice\r\n");
  private static final byte[] VIA_1_0 = ascii("Via: 1.0 sluice\r\n");
  private static final byte[] CRLF = ascii("\r\n");
  private static final byte[] COMMA = ascii(", ");

  private RequestRewrite() {}

  /**
   * Writes the head of a request that asks for another protocol; as {@link #write}.
   *
   * @param protocol what is asked for
   */
  public static void writeUpgrade(
      RequestHead head, Hop hop, byte[] requestId, String protocol, HeadBytes out) {
    write(head, hop, requestId, out);
    out.withoutEnd(CRLF.length).add("Connection: Upgrade\r\nUpgrade: " + protocol + "\r\n\r\n");
  }

  /**
   * Writes the head.
   *
   * @param head a head whose scan was complete
   * @param hop what to add about the client
   * @param requestId the id that the request gets if it has none
   * @param out takes the bytes; emptied first
   */
  public static void write(RequestHead head, Hop hop, byte[] requestId, HeadBytes out) {
    byte[] bytes = head.fields().bytes();
    out.reset().add(bytes, head.methodFrom(), head.methodTo() + 1);
    target(head, out);
    out.add(VERSION);
    boolean absolute = head.form() == RequestHead.TargetForm.ABSOLUTE;
    boolean foreignHost = absolute || !head.framing().hasHost();
    if (foreignHost) {
      out.add(HOST);
      host(head, hop, out);
    }
    dropReplaced(head, hop.trusted(), absolute);
    head.framing().dropPaddedLength(head.fields());
    copy(head.fields(), head.fieldsFrom(), out);
    head.framing().writeLength(out);
    forwarded(head, hop, out);
    if (!head.framing().hasRequestId()) {
      out.add(REQUEST_ID).add(requestId).add(CRLF);
    }
    if (hop.via()) {
      out.add(head.http10() ? VIA_1_0 : VIA);
    }
    out.add(CRLF);
  }

  private static void target(RequestHead head, HeadBytes out) {
    byte[] bytes = head.fields().bytes();
    if (head.form() != RequestHead.TargetForm.ABSOLUTE) {
      out.add(bytes, head.targetFrom(), head.targetTo());
      return;
    }
    boolean noPath = head.authorityTo() == head.targetTo();
    if (noPath && head.method() == RequestMethod.OPTIONS) {
      out.add("*");
      return;
    }
    if (noPath || bytes[head.authorityTo()] != '/') {
      out.add("/");
    }
    out.add(bytes, head.authorityTo(), head.targetTo());
  }

  /** Where the request's target is served over {@code https}, on this port of the same host. */
  static String secureLocation(RequestHead head, Hop hop, int port) {
    HeadBytes out = new HeadBytes();
    host(head, hop, out);
    String host = out.withoutEnd(CRLF.length).toString();
    // Within brackets, colons belong to an IPv6 address.
    int colon = host.indexOf(':', host.lastIndexOf(']') + 1);
    String name = colon < 0 ? host : host.substring(0, colon);
    target(head, out.reset());
    String path = out.toString().equals("*") ? "/" : out.toString();
    return "https://" + name + (port == 443 ? "" : ":" + port) + path;
  }

  private static void host(RequestHead head, Hop hop, HeadBytes out) {
    byte[] bytes = head.fields().bytes();
    if (head.form() == RequestHead.TargetForm.ABSOLUTE) {
      out.add(bytes, head.authorityFrom(), head.authorityTo());
    } else if (head.framing().hasHost()) {
      int host = head.framing().host();
      out.add(bytes, head.fields().valueFrom(host), head.fields().valueTo(host));
    } else {
      out.add(hop.defaultHost());
    }
    out.add(CRLF);
  }

  /** Drops what is written anew, and what nobody may say who is not trusted. */
  private static void dropReplaced(RequestHead head, boolean trusted, boolean absolute) {
    Fields fields = head.fields();
    for (int i = 0; i < fields.count(); i++) {
      FieldName name = fields.name(i);
      boolean told =
          name == FieldName.X_FORWARDED_PROTO
              || name == FieldName.X_FORWARDED_HOST
              || name == FieldName.TOLD_BY_PROXIES
              || name == FieldName.FORWARDED;
      boolean replaced =
          name == FieldName.X_FORWARDED_FOR
              || (name == FieldName.HOST && absolute)
              || (name == FieldName.EXPECT && head.http10());
      if (replaced || (told && !trusted)) {
        fields.drop(i);
      }
    }
  }

  /** Tells from whom the request came, and, unless a trusted proxy said so, how and for whom. */
  private static void forwarded(RequestHead head, Hop hop, HeadBytes out) {
    Fields fields = head.fields();
    boolean protoTold = false;
    boolean hostTold = false;
    out.add(FORWARDED_FOR);
    for (int i = 0; hop.trusted() && i < fields.count(); i++) {
      boolean said = fields.valueTo(i) > fields.valueFrom(i);
      FieldName name = fields.name(i);
      protoTold |= name == FieldName.X_FORWARDED_PROTO;
      hostTold |= name == FieldName.X_FORWARDED_HOST;
      if (name == FieldName.X_FORWARDED_FOR && said) {
        out.add(fields.bytes(), fields.valueFrom(i), fields.valueTo(i)).add(COMMA);
      }
    }
    out.add(hop.addressBytes()).add(CRLF);
    if (!protoTold) {
      out.add(hop.secure() ? FORWARDED_PROTO_TLS : FORWARDED_PROTO);
    }
    if (!hostTold) {
      out.add(FORWARDED_HOST);
      host(head, hop, out);
    }
  }

  /** Copies the field lines that were not dropped, run by run. */
  static void copy(Fields fields, int fieldsFrom, HeadBytes out) {
    int run = fieldsFrom;
    int at = fieldsFrom;
    for (int i = 0; i < fields.count(); i++) {
      if (fields.dropped(i)) {
        out.add(fields.bytes(), run, at);
        run = fields.lineTo(i);
      }
      at = fields.lineTo(i);
    }
    out.add(fields.bytes(), run, at);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(US_ASCII);
  }
}
