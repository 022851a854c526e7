/**
 * What the server shows of itself, a sample a second. Not pure.
 *
 * <p>Start with {@link io.sluice.app.live.Sampler}, which makes the samples; {@link
 * io.sluice.app.live.Feed} keeps the last minute and hands new ones to whoever watches. All of it
 * lives only in memory: a restarted server has a short past.
 */
@NullMarked
package io.sluice.app.live;

import org.jspecify.annotations.NullMarked;
