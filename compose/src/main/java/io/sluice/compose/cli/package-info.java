/**
 * The command line: one class a command, thin, over {@code io.sluice.compose.view} and {@code
 * io.sluice.compose.cluster}. Not pure. Start with {@link io.sluice.compose.cli.SluiceCommand}.
 */
@NullMarked
package io.sluice.compose.cli;

import org.jspecify.annotations.NullMarked;
