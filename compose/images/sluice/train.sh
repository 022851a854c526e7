#!/bin/bash
# Lets a broker, a monitor and a balancer run once together, and keeps what the JVMs of the latter two learnt.
set -eu

home=/opt/sluice
work=$(mktemp -d)
export SLUICE_DATA=$work/kafka
"$home/run.sh" broker --config /dev/stdin >"$work/broker.log" 2>&1 <<<'{}' &
broker=$!

cat >"$work/monitor.yaml" <<'YAML'
token: only-for-the-training-run
fleet: docker
docker: {engine: "tcp://127.0.0.1:1", reach: name, network: none}
zones: {train: {balancer: "http://127.0.0.1:3030", balancerAdmin: "http://127.0.0.1:5050"}}
YAML
cat >"$work/balancer.yaml" <<'YAML'
zone: train
kafka: {bootstrap: "127.0.0.1:9092"}
admin: {token: only-for-the-training-run}
traffic: {timeouts: {hold: 0s}}
YAML

await() {
  local tries
  for ((tries = 0; tries < 300; tries++)); do
    ! "$@" 2>/dev/null || return 0
    sleep 0.2
  done
  tail -n 30 "$work"/*.log >&2
  printf 'train: not in time: %s\n' "$*" >&2
  exit 1
}
listening() { : <"/dev/tcp/127.0.0.1/$1"; }
ask() { "$home/health.sh" "$@"; }

await listening 9092
SLUICE_TOPOLOGY_STATE_DIRECTORY=$work/streams SLUICE_AOT_OPTION=-XX:AOTCacheOutput=$home/monitor.aot \
  "$home/run.sh" monitor --config "$work/monitor.yaml" >"$work/monitor.log" 2>&1 &
monitor=$!
await ask 8080 /observe/health
SLUICE_AOT_OPTION=-XX:AOTCacheOutput=$home/balancer.aot \
  "$home/run.sh" balancer --config "$work/balancer.yaml" >"$work/balancer.log" 2>&1 &
balancer=$!
await ask 5050 /health_check
await ask 8080 /v1/zones/train
for path in /leader /v1/zones /v1/commands /v1/balancers /containers /observe/metrics; do
  ask 8080 "$path" || true
done
for path in /pools /servers /monitor /observe/metrics; do
  ask 5050 "$path" || true
done
ask 3030 / || true

kill -TERM "$monitor" "$balancer"
wait "$monitor" "$balancer" || true
kill -TERM "$broker"
wait "$broker" || true
for part in monitor balancer; do
  if [ ! -s "$home/$part.aot" ]; then
    cat "$work/$part.log" >&2
    echo "train: the JVM of the $part wrote no cache" >&2
    exit 1
  fi
done
rm -r "$work"
