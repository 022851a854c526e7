package io.sluice.provisioner.api;

import io.helidon.http.Status;

/**
 * A problem document of RFC 9457 without a type of its own.
 *
 * @param title the status in words
 * @param status the HTTP status
 * @param detail what is wrong with this request, for people
 */
record Problem(String title, int status, String detail) {
  static Problem of(Status status, String detail) {
    return new Problem(status.reasonPhrase(), status.code(), detail);
  }
}
