#!/bin/bash
# Runs a part: run.sh monitor|balancer|gateway|broker|gate|sink [OPTION…]. Without options it is told by /etc/sluice/PART.yaml;
# SLUICE_… variables override that. Bearer tokens can come from files: SLUICE_TOKEN_FILE, and a monitor's others from
# SLUICE_PEER_TOKEN_FILE and SLUICE_BALANCER_TOKEN_FILE. Options of the JVM in JAVA_OPTS come on top; what is not among the options of the training run may make its cache useless: the JVM then
# goes on without. Any other command of Sluice's can be run, too.
set -eu

home=/opt/sluice
part=${1:-help}

# Exports as variable $2 what stands in the file that variable $1 names.
token() { [ -z "${!1:-}" ] || export "$2=$(<"${!1}")"; }
case $part in
  monitor)
    token SLUICE_TOKEN_FILE SLUICE_TOKEN
    token SLUICE_PEER_TOKEN_FILE SLUICE_TOKENS_PEER
    token SLUICE_BALANCER_TOKEN_FILE SLUICE_TOKENS_BALANCER
    ;;
  balancer | gateway) token SLUICE_TOKEN_FILE SLUICE_ADMIN_TOKEN ;;
esac
if [ $# -le 1 ] && [ -f "/etc/sluice/$part.yaml" ]; then
  set -- "$part" --config "/etc/sluice/$part.yaml"
fi

# Compact headers of objects save memory and, in the balancer, processor time; so does not to look for lost buffers.
options=(-XX:+UseSerialGC -XX:+UseCompactObjectHeaders -XX:MaxRAMPercentage=60
  -Dio.netty.leakDetection.level=disabled
  # About adapters of the cache that it makes anew: nothing is lost.
  -Xlog:aot*=error --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow)
case $part in
  # It keeps next to nothing: a heap of which most is for what is new would only be memory in use. Netty takes a small
  # heap for a reason to share all its buffers under locks.
  balancer | gateway) cache=$home/balancer.aot options+=(-Dio.netty.allocator.lowMemory=false -Xmn6m) ;;
  # Short work is done before the better compiler pays; a monitor has little to do.
  *) cache=$home/monitor.aot options+=(-XX:TieredStopAtLevel=1) ;;
esac
option=${SLUICE_AOT_OPTION:--XX:AOTCache=$cache}
[ "${SLUICE_AOT:-on}" = off ] || options+=("$option")
# shellcheck disable=SC2206  # Options are separated by blanks.
options+=(${JAVA_OPTS:-})
exec /opt/runtime/bin/java "${options[@]}" -jar $home/sluice.jar "$@"
