#!/bin/bash
# Runs the gate as /etc/sluice/gate.yaml says; SLUICE_… variables override that. Options of the JVM in JAVA_OPTS come
# on top. What is not among the options of the training run may make its cache useless: the JVM then goes on without.
set -eu

[ $# -gt 0 ] || set -- --config /etc/sluice/gate.yaml
# What clients may take of the heap is bounded well below it (GateLimits); a gate without memory is started again.
options=(-XX:+UseSerialGC -XX:+UseCompactObjectHeaders -XX:TieredStopAtLevel=1 -Xmx64m -Xss512k
  -XX:+ExitOnOutOfMemoryError -XX:-UsePerfData -Xlog:aot*=error)
[ "${SLUICE_AOT:-on}" = off ] || options+=("${SLUICE_AOT_OPTION:--XX:AOTCache=/opt/gate/gate.aot}")
# shellcheck disable=SC2206  # Options are separated by blanks.
options+=(${JAVA_OPTS:-})
exec /opt/runtime/bin/java "${options[@]}" -jar /opt/gate/sluice-gate.jar "$@"
