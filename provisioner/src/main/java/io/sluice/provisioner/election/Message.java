package io.sluice.provisioner.election;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.sluice.schemas.id.Epoch;

/**
 * What monitors say to each other. The first three are those of the algorithm (Garcia-Molina,
 * "Elections in a Distributed Computing System", 1982); the others are for handing over in order.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
  @JsonSubTypes.Type(value = Message.Election.class, name = "election"),
  @JsonSubTypes.Type(value = Message.Answer.class, name = "answer"),
  @JsonSubTypes.Type(value = Message.Coordinator.class, name = "coordinator"),
  @JsonSubTypes.Type(value = Message.Claim.class, name = "claim"),
  @JsonSubTypes.Type(value = Message.Ceded.class, name = "ceded"),
  @JsonSubTypes.Type(value = Message.Kept.class, name = "kept"),
})
public sealed interface Message {
  /** To a monitor with a higher id: is there somebody who would rather lead? */
  record Election() implements Message {}

  /** Yes: wait for a coordinator. */
  record Answer() implements Message {}

  /**
   * I lead.
   *
   * @param epoch my term
   */
  record Coordinator(Epoch epoch) implements Message {}

  /** To a leader with a lower id: hand over to me. */
  record Claim() implements Message {}

  /**
   * I do not lead any more, and what I began is recorded.
   *
   * @param epoch the term that is over
   */
  record Ceded(Epoch epoch) implements Message {}

  /** To a claimant that lost office again each time that it was handed over: not for now. */
  record Kept() implements Message {}
}
