package io.sluice.schemas.event;

/**
 * How many servers there are of what lists name only the first of, so that no record grows without
 * end.
 *
 * @param missing how many ready servers did not report, as many as are listed or more
 * @param warming how many are warming up, as many as are listed or more
 */
public record Counted(int missing, int warming) {}
