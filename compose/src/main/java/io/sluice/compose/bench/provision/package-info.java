/**
 * How long servers take to start, in containers and as processes. Not pure: it starts them. Start
 * with {@link io.sluice.compose.bench.provision.ProvisionBench}.
 */
@NullMarked
package io.sluice.compose.bench.provision;

import org.jspecify.annotations.NullMarked;
