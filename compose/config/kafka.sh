#!/bin/bash
# Starts Kafka as its image does. After a crash its controller runs alone before that, until it has ended the session of
# the broker that crashed: docs/operations/failover.md says why a start without this can leave Kafka serving nobody.
set -eu

data=$KAFKA_LOG_DIRS
alone=/tmp/controller.properties

# What it prints, and what it writes to files: the real image logs its controller to one of them only.
logs=/tmp/controller
said=$logs/printed.log

says() { grep -qs "$1" "$logs"/*.log; }

end_stale_session() {
  cat >"$alone" <<PROPERTIES
process.roles=controller
node.id=$KAFKA_NODE_ID
controller.quorum.voters=$KAFKA_CONTROLLER_QUORUM_VOTERS
controller.listener.names=$KAFKA_CONTROLLER_LISTENER_NAMES
listeners=CONTROLLER://:9093
log.dirs=$data
broker.session.timeout.ms=100
broker.heartbeat.interval.ms=50
PROPERTIES
  rm -rf "$logs"
  mkdir -p "$logs"
  LOG_DIR=$logs /opt/kafka/bin/kafka-server-start.sh "$alone" >"$said" 2>&1 &
  controller=$!
  trap 'kill "$controller"; exit 143' TERM INT
  # In tenths of a second: long enough to read the controller's log on a busy machine; then Kafka starts all the same.
  local now patience=300 active=
  for ((now = 0; now < patience; now++)); do
    if says 'Fencing broker'; then
      # It is on its way into the log.
      sleep 0.3
      break
    fi
    kill -0 "$controller" 2>/dev/null || break
    if [ -z "$active" ] && says 'Performing controller activation'; then
      active=yes
      # If the crash came after the session's end, there is nothing more to wait for.
      patience=$((now + 15))
    fi
    sleep 0.1
  done
  says 'Performing controller activation' || tail -n 20 "$said"
  kill "$controller" 2>/dev/null || true
  wait "$controller" || true
  trap - TERM INT
  rm -rf "$logs" "$alone"
}

if [ -d "$data/__cluster_metadata-0" ] && [ ! -f "$data/.kafka_cleanshutdown" ]; then
  echo "Kafka has not stopped in order: its controller ends the last session first."
  end_stale_session
fi
exec /etc/kafka/docker/run
