package io.sluice.balancer.admin;

/**
 * A problem document (RFC 9457) on its way to a client.
 *
 * <p>An exception, since it ends the handling of its request wherever it is found.
 */
final class Problem extends RuntimeException {
  private final int status;
  private final String title;

  Problem(int status, String title, String detail) {
    super(detail, null, false, false);
    this.status = status;
    this.title = title;
  }

  static Problem badRequest(String detail) {
    return new Problem(400, "Bad Request", detail);
  }

  int status() {
    return status;
  }

  Document document() {
    return new Document("about:blank", title, status, String.valueOf(getMessage()));
  }

  /** The document itself. */
  record Document(String type, String title, int status, String detail) {}
}
