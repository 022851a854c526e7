/**
 * What the load of a server is. Pure.
 *
 * <p>{@link io.sluice.app.load.Load} is what a sample says; it is computed from two {@link
 * io.sluice.app.load.Reading}s of the process.
 */
@NullMarked
package io.sluice.app.load;

import org.jspecify.annotations.NullMarked;
