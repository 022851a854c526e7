package io.sluice.balancer.admin;

import io.sluice.balancer.membership.MembershipState;
import io.sluice.schemas.supervision.LoopState;
import java.net.URI;
import java.util.List;
import java.util.Optional;

/** What can be asked of a balancer, and ordered. Every method may be called by any thread. */
public interface Operations {
  /** The addresses of the alive servers. */
  List<URI> alive();

  /** Whether servers are given by {@link #change} instead of a membership topic. */
  boolean staticServers();

  /**
   * Adds and removes servers. Adding a known one, and removing an unknown one, changes nothing.
   *
   * @return the addresses of all servers, dead or alive, after the change
   */
  List<URI> change(List<URI> adds, List<URI> deletes);

  /** The primary monitor, if it is known. */
  Optional<URI> monitor();

  /** From now on, dead servers are reported to this monitor. */
  void monitor(URI primary);

  /** The servers in their pools. */
  PoolsView pools();

  /** The zones that are served, in the order of their names. */
  List<ZoneStatus> zones();

  /** From where the membership is that holds. */
  MembershipState membership();

  /** What is known of the loops that this is made of. */
  List<LoopState> loops();

  /**
   * Reads the configuration anew, and takes it whole or not at all.
   *
   * @return what changed, by its keys
   * @throws io.sluice.schemas.config.ConfigException with everything that is wrong with it
   */
  List<String> reload();

  /** Whether requests are answered with a 503 for maintenance instead of being served. */
  boolean maintenance();

  /** From now on they are, or are not. */
  void maintenance(boolean on);

  /** The counters in the text format of Prometheus. */
  String metrics();
}
