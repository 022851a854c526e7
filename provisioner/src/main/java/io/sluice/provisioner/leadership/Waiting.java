package io.sluice.provisioner.leadership;

import io.sluice.schemas.id.Epoch;
import java.util.concurrent.CompletableFuture;

/** Who waits for what comes of an input. */
sealed interface Waiting {
  /** Nobody does. */
  record Nobody() implements Waiting {}

  /** Somebody wants to know that what follows from it is recorded. */
  record ForRecord(CompletableFuture<Epoch> reply) implements Waiting {}

  /** Somebody asked for a change. */
  record ForRuling(CompletableFuture<Reply> reply) implements Waiting {}

  /** Tells that nothing is known of it, since the term is over. */
  default void refuse() {
    LeadershipLostException over = new LeadershipLostException("the term is over", false);
    switch (this) {
      case Nobody() -> {}
      case ForRecord(var reply) -> reply.completeExceptionally(over);
      case ForRuling(var reply) -> reply.completeExceptionally(over);
    }
  }
}
