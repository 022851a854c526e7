/** What a balancer knows of a server. Pure. Start with {@link io.sluice.schemas.member.Member}. */
@NullMarked
package io.sluice.schemas.member;

import org.jspecify.annotations.NullMarked;
