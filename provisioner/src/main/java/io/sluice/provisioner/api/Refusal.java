package io.sluice.provisioner.api;

import io.helidon.http.Status;

/** A call that is not answered as asked; its message is the problem's detail. */
final class Refusal extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final transient Status status;

  Refusal(Status status, String detail) {
    super(detail);
    this.status = status;
  }

  Status status() {
    return status;
  }
}
