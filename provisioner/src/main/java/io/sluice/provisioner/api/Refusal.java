package io.sluice.provisioner.api;

import io.helidon.http.Status;
import io.sluice.schemas.config.ConfigException;
import io.sluice.schemas.config.Problem;
import io.sluice.schemas.fleet.ZoneLife;
import io.sluice.schemas.id.ZoneId;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** A call that is not answered as asked; its message is the problem's detail. */
final class Refusal extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final transient Status status;
  private final transient List<Problem> errors;
  private final transient Optional<Duration> retryAfter;

  Refusal(Status status, String detail) {
    this(status, detail, List.of(), Optional.empty());
  }

  private Refusal(
      Status status, String detail, List<Problem> errors, Optional<Duration> retryAfter) {
    super(detail);
    this.status = status;
    this.errors = List.copyOf(errors);
    this.retryAfter = retryAfter;
  }

  /** The content of a request is wrong in these places. */
  static Refusal of(ConfigException wrong) {
    return new Refusal(
        Status.UNPROCESSABLE_CONTENT_422,
        String.valueOf(wrong.getMessage()),
        wrong.problems(),
        Optional.empty());
  }

  /** There is no such zone. */
  static Refusal noZone(String name, Collection<ZoneId> zones) {
    return new Refusal(
        Status.NOT_FOUND_404, "zone '%s': expected one of %s".formatted(name, zones));
  }

  /** It is another time in the zone's life. */
  static Refusal atStage(ZoneId zone, ZoneLife.Stage stage) {
    String detail =
        switch (stage) {
          case UNKNOWN, DECLARED -> "zone '%s' is there already: expected another name";
          case RETIRING -> "zone '%s' is being retired, and takes no changes until it is gone";
          case RETIRED -> "zone '%s' is retired: expected one that is there";
        };
    return new Refusal(Status.CONFLICT_409, detail.formatted(zone));
  }

  /** It may go better later. */
  static Refusal later(Status status, String detail, Duration retryAfter) {
    return new Refusal(status, detail, List.of(), Optional.of(retryAfter));
  }

  Status status() {
    return status;
  }

  /** Where the request's content is wrong. */
  List<Problem> errors() {
    return errors;
  }

  /** After how long it is worth another try. */
  Optional<Duration> retryAfter() {
    return retryAfter;
  }
}
