#!/bin/bash
# Runs a Kafka broker that is told by KAFKA_… variables: '_' stands for '.', '__' for '_', '___' for '-'.
set -eu

file=/tmp/server.properties
env | while IFS='=' read -r name value; do
  [[ $name == KAFKA_* ]] || continue
  [[ $name != KAFKA_HEAP_OPTS ]] || continue
  key=${name#KAFKA_}
  key=${key//___/-}
  key=${key//__/$'\001'}
  key=${key//_/.}
  key=${key//$'\001'/_}
  printf '%s=%s\n' "${key,,}" "$value"
done >"$file"

export LOGBACK=logback.xml
# shellcheck source=java.sh
. /opt/kafka/java.sh
if [ ! -f "$(sed -n 's/^log.dirs=//p' "$file")/meta.properties" ]; then
  "${java[@]}" kafka.tools.StorageTool format --ignore-formatted -t "$CLUSTER_ID" -c "$file"
fi
exec /opt/kafka/bin/kafka-server-start.sh "$file"
