/**
 * What may be asked of a Docker engine through the {@linkplain io.sluice.provisioner.gate gate}:
 * the calls that the fleet makes, for containers of this cluster, and nothing else. Pure.
 *
 * <p>Start with {@link io.sluice.provisioner.gate.rule.GateRules}.
 */
@NullMarked
package io.sluice.provisioner.gate.rule;

import org.jspecify.annotations.NullMarked;
