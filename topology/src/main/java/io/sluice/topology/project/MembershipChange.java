package io.sluice.topology.project;

import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.member.Member;
import java.util.Optional;

/**
 * One record for a membership topic.
 *
 * @param server the key
 * @param member what the balancer is to know of it; empty: it is gone, which is a tombstone
 */
public record MembershipChange(ServerId server, Optional<Member> member) {}
