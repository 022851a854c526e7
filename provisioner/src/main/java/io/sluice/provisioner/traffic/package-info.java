/**
 * What balancers count of the zones that roll over to another template. Not pure: it reads Kafka.
 * Start with {@link io.sluice.provisioner.traffic.TrafficReader}.
 */
@NullMarked
package io.sluice.provisioner.traffic;

import org.jspecify.annotations.NullMarked;
