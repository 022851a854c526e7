package io.sluice.topology.whatif;

import io.sluice.topology.forecast.ForecastError;
import java.util.Optional;

/**
 * What a course was like.
 *
 * @param name the policy's name
 * @param serverHours servers that ran, starting and draining ones included, times hours
 * @param overTargetShare share of the time in which the load was above the target, or nobody was
 *     ready for a demand; 0 to 1
 * @param worstLoad the highest load of the ready servers, in percent of their capacity, not capped
 * @param unservedShare share of the demand that exceeded the capacity of its moment; 0 to 1
 * @param actions how often the wanted number changed
 * @param flaps actions that undid the one before within ten minutes
 * @param minServers fewest ready servers
 * @param maxServers most ready servers
 * @param forecastError how far the forecasts of the policy's first predictive rule were off, in the
 *     unit of its metric times servers; empty if it has none, or none of them has come
 */
public record Outcome(
    String name,
    double serverHours,
    double overTargetShare,
    double worstLoad,
    double unservedShare,
    int actions,
    int flaps,
    int minServers,
    int maxServers,
    Optional<ForecastError> forecastError) {}
