/**
 * What people and programs are shown of a cluster, as functions of facts and commands. Pure. Start
 * with {@link io.sluice.compose.view.Status} and {@link io.sluice.compose.view.Descriptions}.
 */
@NullMarked
package io.sluice.compose.view;

import org.jspecify.annotations.NullMarked;
