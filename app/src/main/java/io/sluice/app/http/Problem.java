package io.sluice.app.http;

import io.helidon.http.Status;
import io.sluice.schemas.id.ServerId;

/**
 * A problem document of RFC 9457 without a type of its own.
 *
 * @param title the status in words
 * @param status the HTTP status
 * @param detail what is wrong with this request, for people
 * @param server the server that answers, since a balancer may stand before it
 */
record Problem(String title, int status, String detail, ServerId server) {
  static Problem of(Status status, String detail, ServerId server) {
    return new Problem(status.reasonPhrase(), status.code(), detail, server);
  }
}
