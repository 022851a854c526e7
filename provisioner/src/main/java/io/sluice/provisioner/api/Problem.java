package io.sluice.provisioner.api;

import io.helidon.http.Status;
import java.util.List;
import java.util.Optional;

/**
 * A problem document of RFC 9457 without a type of its own.
 *
 * @param title the status in words
 * @param status the HTTP status
 * @param detail what is wrong with this request, for people
 * @param errors where the request's content is wrong, each with its path, value and expectation
 */
record Problem(
    String title,
    int status,
    String detail,
    Optional<List<io.sluice.schemas.config.Problem>> errors) {
  static Problem of(Status status, Refusal refusal) {
    return new Problem(
        status.reasonPhrase(),
        status.code(),
        String.valueOf(refusal.getMessage()),
        Optional.of(refusal.errors()).filter(errors -> !errors.isEmpty()));
  }
}
