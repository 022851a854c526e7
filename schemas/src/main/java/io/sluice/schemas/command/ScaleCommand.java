package io.sluice.schemas.command;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import io.sluice.schemas.id.CommandId;
import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.id.ZoneId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A decision to change a zone's servers. Everything in it follows from the journal up to its cause,
 * so that a replay gives the same bytes.
 *
 * @param id the zone and the journal offset of the fact that caused the command
 * @param zone the zone to change; the key of the record
 * @param at the broker's time of the cause
 * @param cause type name of the fact that caused it, such as {@code load-observed}
 * @param policyRevision revision of the policy that held
 * @param from how many servers the zone was to have before
 * @param to how many it is to have now
 * @param start servers to start; their ids are chosen here
 * @param stop servers to drain and stop, or whose remains are to be removed
 * @param reason why
 * @param evidence what the decision went by
 * @param dryRun true: recorded only, never to be executed
 * @param foldVersion version of the decision rules that gave this command
 * @param timeZoneData release of the time zones by which its schedules were followed, such as
 *     {@code 2026a}; empty: the policy has no schedules, or an earlier release decided
 */
public record ScaleCommand(
    CommandId id,
    ZoneId zone,
    Instant at,
    String cause,
    int policyRevision,
    int from,
    int to,
    @JsonSetter(nulls = Nulls.AS_EMPTY) List<ServerId> start,
    @JsonSetter(nulls = Nulls.AS_EMPTY) List<ServerId> stop,
    Reason reason,
    Evidence evidence,
    boolean dryRun,
    int foldVersion,
    Optional<String> timeZoneData) {
  /**
   * The decision rules of this release. It reads their commands and all earlier ones; those of
   * later rules may say what it does not know.
   */
  public static final int RULES = 9;

  /** Copies the lists. */
  public ScaleCommand {
    start = List.copyOf(start);
    stop = List.copyOf(stop);
  }

  /** A command of a policy without schedules. */
  public ScaleCommand(
      CommandId id,
      ZoneId zone,
      Instant at,
      String cause,
      int policyRevision,
      int from,
      int to,
      List<ServerId> start,
      List<ServerId> stop,
      Reason reason,
      Evidence evidence,
      boolean dryRun,
      int foldVersion) {
    this(
        id,
        zone,
        at,
        cause,
        policyRevision,
        from,
        to,
        start,
        stop,
        reason,
        evidence,
        dryRun,
        foldVersion,
        Optional.empty());
  }

  /** The same, if it was decided with these time zones. */
  public ScaleCommand withTimeZoneData(Optional<String> data) {
    return new ScaleCommand(
        id,
        zone,
        at,
        cause,
        policyRevision,
        from,
        to,
        start,
        stop,
        reason,
        evidence,
        dryRun,
        foldVersion,
        data);
  }
}
