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

java=(/opt/runtime/bin/java -XX:+UseSerialGC -XX:TieredStopAtLevel=1 --enable-native-access=ALL-UNNAMED
  --sun-misc-unsafe-memory-access=allow -Dlogback.statusListenerClass=ch.qos.logback.core.status.NopStatusListener
  -Dlogback.configurationFile=/opt/kafka/logback.xml
  -cp '/opt/kafka/libs/*')
# shellcheck disable=SC2206  # Options are separated by blanks.
java+=(${KAFKA_HEAP_OPTS:-})
if [ ! -f "$(sed -n 's/^log.dirs=//p' "$file")/meta.properties" ]; then
  "${java[@]}" kafka.tools.StorageTool format --ignore-formatted -t "$CLUSTER_ID" -c "$file"
fi
exec "${java[@]}" kafka.Kafka "$file"
