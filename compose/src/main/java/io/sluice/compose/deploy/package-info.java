/**
 * Services as a Compose file describes them, and what becomes of them here: zones, each with a
 * template and a policy. Pure: files, variables and monitors are given by whoever asks. Start with
 * {@link io.sluice.compose.deploy.ComposeFile}.
 */
@NullMarked
package io.sluice.compose.deploy;

import org.jspecify.annotations.NullMarked;
