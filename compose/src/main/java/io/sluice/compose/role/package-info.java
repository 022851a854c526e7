/**
 * The parts of a cluster as processes of their own: what each reads from its file, and how it is
 * wired. Not pure.
 *
 * <p>Start with {@link io.sluice.compose.role.MonitorFile}.
 */
@NullMarked
package io.sluice.compose.role;

import org.jspecify.annotations.NullMarked;
