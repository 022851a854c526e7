package io.sluice.topology.stream;

import java.util.List;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.UnsupportedVersionException;

/**
 * Which faults a new thread of the topology gets over.
 *
 * <p>Final is what somebody has to change before any thread can work: rights, settings, the number
 * of partitions. So is an {@link Error}, after which a process may be broken: it ends, and whoever
 * watches it starts another. Everything else passes. A coordinator that has just come up after a
 * crash can say that a group does not exist ({@code GroupIdNotFoundException}) and load it a moment
 * later, one whose transaction was aborted for its age says that its state is invalid ({@code
 * InvalidTxnStateException}), and what the clients themselves stumble over meanwhile, such as a
 * consumer that lost its subscription on its way out of the group, is of the same kind. A new
 * thread joins anew and reads on where the last transaction ended.
 *
 * <p>What a record does to a zone never comes here: its zone stops, and nothing else does.
 */
public final class BrokerFaults {
  /** What a broker will answer again: somebody has to change something. */
  private static final List<Class<? extends ApiException>> FINAL =
      List.of(
          AuthenticationException.class,
          AuthorizationException.class,
          InvalidConfigurationException.class,
          InvalidTopicException.class,
          UnsupportedVersionException.class);

  private BrokerFaults() {}

  /** Whether another try may end well. */
  public static boolean passes(Throwable fault) {
    for (Throwable cause = fault; cause != null; cause = cause.getCause()) {
      if (cause instanceof TopologyFailure || cause instanceof Error || isFinal(cause)) {
        return false;
      }
    }
    return true;
  }

  private static boolean isFinal(Throwable cause) {
    return FINAL.stream().anyMatch(kind -> kind.isInstance(cause));
  }
}
