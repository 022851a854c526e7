#!/usr/bin/env bash
# Builds the images, starts the cluster of compose.yml, waits until every zone serves, and says where.
#   up.sh [--port-offset N] [--history influxdb|victoriametrics] [OPTION OF compose up…]
# SLUICE_CLUSTER names the cluster, if several share an engine. Its token is copied to
# ~/.sluice/compose-CLUSTER/token (SLUICE_DATA instead of ~/.sluice), where only its owner reads it; its ports and other
# settings to the file "settings" beside it, from which compose.sh and down.sh take them.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

offset=0 history=
while [ $# -gt 0 ]; do
  case $1 in
    --port-offset) offset=${2:?the offset} ;;
    --history) history=${2:?influxdb or victoriametrics} ;;
    *) break ;;
  esac
  shift 2
done
profiles=()
case $history in
  '') ;;
  influxdb) profiles=(--profile history) ;;
  victoriametrics)
    profiles=(--profile victoriametrics)
    export SLUICE_HISTORY_URL=http://victoriametrics:8428 SLUICE_HISTORY_KIND=victoriametrics SLUICE_SINK_METRICS=true
    ;;
  *)
    echo "up: --history: is '$history', expected influxdb or victoriametrics" >&2
    exit 2
    ;;
esac
move() { [ -n "${!1:-}" ] || export "$1=$(($2 + offset))"; }
for index in 1 2 3; do
  move SLUICE_PORT_ZONE$index $((3029 + index))
  move SLUICE_PORT_ADMIN$index $((5049 + index))
  move SLUICE_PORT_MONITOR$index $((8079 + index))
done
move SLUICE_PORT_KAFKA 9092
move SLUICE_PORT_REDIS 6379
move SLUICE_PORT_GATEWAY 3000
move SLUICE_PORT_GATEWAY_ADMIN 5049
move SLUICE_PORT_INFLUXDB 8086
move SLUICE_PORT_VICTORIAMETRICS 8428
move SLUICE_PORT_GRAFANA 3100

# shellcheck source=engine.sh
. ./engine.sh

keep_settings
"${compose[@]}" ${profiles[@]+"${profiles[@]}"} up --detach --build "$@"
echo "Waiting until all zones serve, some 30 s ..."

# Only whoever may use the engine may have the token.
mkdir -p "$data"
(umask 077 && "${compose[@]}" exec -T monitor1 cat /run/sluice/cluster/token >"$data/token")

# A subshell: a port that nobody listens on ends it.
answers() (
  exec {answer}<>"/dev/tcp/127.0.0.1/$1"
  printf 'GET %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n' "$2" >&"$answer"
  IFS= read -r -t 15 line <&"$answer"
  [[ $line == HTTP/1.1\ 200* ]]
)
begin=$SECONDS
for port in "$SLUICE_PORT_MONITOR1" "$SLUICE_PORT_MONITOR2" "$SLUICE_PORT_MONITOR3"; do
  until answers "$port" /observe/health 2>/dev/null || ((SECONDS - begin > 180)); do sleep 0.2; done
done
for part in ZONE1 ZONE2 ZONE3 GATEWAY; do
  port=SLUICE_PORT_$part
  until answers "${!port}" /health_check 2>/dev/null; do
    if ((SECONDS - begin > 180)); then
      echo "up: ${part,,} does not serve yet; '${compose[*]} logs' may say why" >&2
      exit 1
    fi
    sleep 0.2
  done
  printf '  %-8s  http://127.0.0.1:%s\n' "${part,,}" "${!port}"
done
for index in 1 2 3; do
  port=SLUICE_PORT_MONITOR$index
  printf '  monitor%d  http://127.0.0.1:%s\n' "$index" "${!port}"
done
printf '  Kafka     127.0.0.1:%s\n  token     %s/token\n\nTry:\n' "$SLUICE_PORT_KAFKA" "$data"
at= named=
[ "$offset" = 0 ] || at=" --port-offset $offset"
[ "$cluster" = "$(sed -n 's/^SLUICE_CLUSTER=//p' .env)" ] || named="SLUICE_CLUSTER=$cluster "
[ -z "${SLUICE_DATA:-}" ] || named="SLUICE_DATA=$SLUICE_DATA $named"
printf '  ./sluice status%s\n  ./sluice scale zone1 2%s --data %s\n  %scompose/compose.sh ps\n  %scompose/down.sh\n' \
  "$at" "$at" "$data" "$named" "$named"
