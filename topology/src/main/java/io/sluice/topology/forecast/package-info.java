/**
 * A zone's load as it will probably be: additive Holt-Winters, made for a fold. Pure.
 *
 * <p>{@link io.sluice.topology.forecast.Forecast} takes the zone's total once a second and says how
 * much there will be. It consists of three parts that change at different speeds: {@link
 * io.sluice.topology.forecast.OpenInterval}, the running mean, with every second; {@link
 * io.sluice.topology.forecast.Learnt}, the closed intervals and what follows from them, once an
 * interval; and which season, interval and horizon it is for, never. The equations are in {@link
 * io.sluice.topology.forecast.HoltWinters}, and what its constants were chosen by is in {@link
 * io.sluice.topology.forecast.Smoothing}. Start with {@link io.sluice.topology.forecast.Forecast}.
 */
@NullMarked
package io.sluice.topology.forecast;

import org.jspecify.annotations.NullMarked;
