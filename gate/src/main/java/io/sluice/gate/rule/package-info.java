/**
 * What may be asked of a Docker engine through the {@linkplain io.sluice.gate gate}: the calls that
 * the fleet makes, for containers of this cluster, and nothing else. Pure.
 *
 * <p>A call is decoded into what these types can express, all of which is allowed, and the engine
 * is sent what is written from them: never a byte of the client's. What can't be expressed is
 * refused, whatever its value.
 *
 * <p>Start with {@link io.sluice.gate.rule.GateRules}.
 */
@NullMarked
package io.sluice.gate.rule;

import org.jspecify.annotations.NullMarked;
