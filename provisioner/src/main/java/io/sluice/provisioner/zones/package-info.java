/**
 * Zones that come and go while it runs: what has to be there for them, and what is left of them.
 * Not pure: threads, and whatever keeps topics.
 */
@NullMarked
package io.sluice.provisioner.zones;

import org.jspecify.annotations.NullMarked;
