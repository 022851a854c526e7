package io.sluice.balancer.pool;

import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.member.Member;
import java.util.List;
import java.util.Optional;

/** What can happen to the pools. */
public sealed interface PoolInput {
  /** The membership was read anew: these are all members, and there are no others. */
  record Replaced(List<Member> members) implements PoolInput {
    /** Copies the list. */
    public Replaced {
      members = List.copyOf(members);
    }
  }

  /** A member appeared or changed. */
  record Changed(Member member) implements PoolInput {}

  /** A member is gone. */
  record Gone(ServerId server) implements PoolInput {}

  /**
   * A check came back.
   *
   * @param error why it failed; empty if the server answered
   * @param silent whether it failed since no answer came in time, rather than by a refusal or a bad
   *     answer
   */
  record Checked(ServerId server, long ticket, Optional<String> error, boolean silent)
      implements PoolInput {
    /** A check that was answered, one way or the other. */
    public Checked(ServerId server, long ticket, Optional<String> error) {
      this(server, ticket, error, false);
    }
  }

  /** A request found that no connection to the server comes about. */
  record Unreachable(ServerId server, String error) implements PoolInput {}

  /** A connection to the server broke under a request, which may have done that: is it well? */
  record Broke(ServerId server, String error) implements PoolInput {}

  /** Requests wait for the server, and nothing comes from it: is it still there? */
  record Silent(ServerId server) implements PoolInput {}

  /** One request after the other failed on the server, though it can be reached. */
  record Failing(ServerId server, String error) implements PoolInput {}

  /** Nothing is in flight any more to a server that is draining. */
  record Drained(ServerId server, long watch) implements PoolInput {}

  /** The primary monitor became known, or another one took over. */
  record MonitorKnown() implements PoolInput {}

  /** Time passed. */
  record Tick() implements PoolInput {}
}
