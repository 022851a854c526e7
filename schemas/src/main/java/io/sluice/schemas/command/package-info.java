/**
 * The decisions, with the evidence for them. Pure. Start with {@link
 * io.sluice.schemas.command.ScaleCommand}.
 */
@NullMarked
package io.sluice.schemas.command;

import org.jspecify.annotations.NullMarked;
