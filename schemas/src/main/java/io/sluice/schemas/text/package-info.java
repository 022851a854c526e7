/** Sentences for people that are the same on every machine. Pure. */
@NullMarked
package io.sluice.schemas.text;

import org.jspecify.annotations.NullMarked;
