/**
 * Between records and bytes. Pure.
 *
 * <p>The rules of schema evolution are kept here: unknown fields are ignored, an unknown type is a
 * result of its own ({@link io.sluice.schemas.codec.Decoded.UnknownType}) so that every reader has
 * to say what it does about it, and anything else that can't be read is {@link
 * io.sluice.schemas.codec.Decoded.Malformed} and belongs to the dead letters. Start with {@link
 * io.sluice.schemas.codec.Codec}.
 */
@NullMarked
package io.sluice.schemas.codec;

import org.jspecify.annotations.NullMarked;
