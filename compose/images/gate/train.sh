#!/bin/bash
# Lets the gate run once before an engine that is not there, asks it for what it will be asked for, and keeps what the
# JVM learnt.
set -eu

cat >/tmp/gate.yaml <<'YAML'
engine: /tmp/none
images: "sluice-app:*"
networks: train
YAML
export SLUICE_AOT_OPTION=-XX:AOTCacheOutput=/opt/gate/gate.aot
/opt/gate/run.sh --config /tmp/gate.yaml >/tmp/train.log 2>&1 &
pid=$!

# The first line of the answer to a request.
ask() {
  local answer line
  exec {answer}<>/dev/tcp/127.0.0.1/2375
  printf '%s HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n%s' "$1" "${#2}" "$2" >&"$answer"
  IFS= read -r -t 5 line <&"$answer"
  exec {answer}>&-
  printf '%s: %s\n' "$1" "$line"
}
for ((tries = 0; tries < 300; tries++)); do
  ! (: <>/dev/tcp/127.0.0.1/2375) 2>/dev/null || break
  sleep 0.1
done
body='{"Image":"sluice-app","Env":["A=b"],"Labels":{"sluice.cluster":"sluice"},"ExposedPorts":{"8080/tcp":{}},
  "HostConfig":{"CapDrop":["ALL"],"SecurityOpt":["no-new-privileges"],"NetworkMode":"train","Memory":1,"MemorySwap":1}}'
ask 'GET /_ping' ''
ask 'GET /containers/json?filters=%7B%22label%22%3A%5B%22sluice.cluster%3Dsluice%22%5D%7D' ''
ask 'POST /containers/create?name=sluice-train-1' "$body"
ask 'POST /containers/create?name=sluice-train-1' '{}'
ask 'POST /containers/sluice-train-1/start' ''
ask 'GET /nothing' ''
kill -TERM "$pid"
wait "$pid" || true
if [ ! -s /opt/gate/gate.aot ]; then
  cat /tmp/train.log >&2
  echo "train: the JVM wrote no cache" >&2
  exit 1
fi
rm /tmp/train.log /tmp/gate.yaml
