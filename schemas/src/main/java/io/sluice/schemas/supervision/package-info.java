/**
 * Threads that can't die unseen. Every loop of a part is started through its {@link
 * io.sluice.schemas.supervision.Loops}: one that ends by anything unforeseen is started again, or,
 * where what it left may be broken, takes its part down, so that whoever watches the part starts it
 * anew. There is no third way. Not pure: threads and a log. Start with {@link
 * io.sluice.schemas.supervision.Loops}.
 */
@NullMarked
package io.sluice.schemas.supervision;

import org.jspecify.annotations.NullMarked;
