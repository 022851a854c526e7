package io.sluice.schemas.policy;

import java.time.zone.ZoneRulesProvider;

/**
 * Which release of the world's time zones this Java has. Schedules follow wall clocks, and
 * governments change them: the same history can give another decision under other data, so that
 * what was decided by schedules names the data that it was decided with.
 */
public final class TimeZoneData {
  /** Such as {@code 2026a}; the same as long as the process runs. */
  public static final String VERSION =
      ZoneRulesProvider.getVersions("Europe/Berlin").lastEntry().getKey();

  private TimeZoneData() {}
}
