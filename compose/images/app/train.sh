#!/bin/bash
# Lets the application run once, asks it for what it will be asked for, and keeps what the JVM learnt.
set -eu

export SLUICE_SERVER=train-1 SLUICE_HOST=127.0.0.1 SLUICE_PORT=8080 SLUICE_BOOTSTRAP=127.0.0.1:1
export SLUICE_AOT_OPTION=-XX:AOTCacheOutput=/opt/app/app.aot
/opt/app/run.sh >/tmp/train.log 2>&1 &
pid=$!

ask() { /opt/app/health.sh 8080 "$1"; }
for ((tries = 0; tries < 300; tries++)); do
  ! ask /health_check 2>/dev/null || break
  sleep 0.1
done
for path in /health_check /id '/work?ms=20' / /simulation /nowhere; do
  ask "$path" || true
done
kill -TERM "$pid"
wait "$pid" || true
if [ ! -s /opt/app/app.aot ]; then
  cat /tmp/train.log >&2
  echo "train: the JVM wrote no cache" >&2
  exit 1
fi
rm /tmp/train.log
