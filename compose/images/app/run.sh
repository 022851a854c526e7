#!/bin/bash
# Runs the application; options of the JVM in JAVA_OPTS come on top. What is not among the options of the
# training run may make its cache useless: the JVM then goes on without.
# SLUICE_AOT=off starts without the cache, for comparisons.
set -eu

options=(-XX:+UseSerialGC -XX:TieredStopAtLevel=1 -XX:MaxRAMPercentage=60
  --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow)
[ "${SLUICE_AOT:-on}" = off ] || options+=("${SLUICE_AOT_OPTION:--XX:AOTCache=/opt/app/app.aot}")
# shellcheck disable=SC2206  # Options are separated by blanks.
options+=(${JAVA_OPTS:-})
exec /opt/runtime/bin/java "${options[@]}" -jar /opt/app/sluice-app.jar
