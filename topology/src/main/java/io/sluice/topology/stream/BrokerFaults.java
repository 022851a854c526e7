package io.sluice.topology.stream;

import java.util.Arrays;
import java.util.List;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.UnsupportedVersionException;

/**
 * Which faults a new thread of the topology gets over.
 *
 * <p>What comes from a broker passes, even where Kafka's clients take it for final: a coordinator
 * that has just come up after a crash can say that a group does not exist ({@code
 * GroupIdNotFoundException}) and load it a moment later, and one whose transaction was aborted for
 * its age says that its state is invalid ({@code InvalidTxnStateException}). So does what the
 * clients themselves stumble over meanwhile, such as a consumer that lost its subscription on its
 * way out of the group. A new thread joins anew and reads on where the last transaction ended. What
 * our own code throws would come again with the same record.
 */
public final class BrokerFaults {
  /** What a broker will answer again: somebody has to change something. */
  private static final List<Class<? extends ApiException>> FINAL =
      List.of(
          AuthenticationException.class,
          AuthorizationException.class,
          InvalidConfigurationException.class,
          InvalidTopicException.class,
          RecordTooLargeException.class,
          UnsupportedVersionException.class);

  private static final String OURS = "io.sluice.";

  private BrokerFaults() {}

  /** Whether another try may end well. */
  public static boolean passes(Throwable fault) {
    Throwable root = fault;
    for (Throwable cause = fault; cause != null; cause = cause.getCause()) {
      if (cause instanceof TopologyFailure || cause instanceof Error || isFinal(cause)) {
        return false;
      }
      root = cause;
    }
    return root instanceof ApiException || !passedOurCode(root);
  }

  private static boolean passedOurCode(Throwable root) {
    return Arrays.stream(root.getStackTrace())
        .anyMatch(frame -> frame.getClassName().startsWith(OURS));
  }

  private static boolean isFinal(Throwable cause) {
    return FINAL.stream().anyMatch(kind -> kind.isInstance(cause));
  }
}
