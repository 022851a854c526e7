#!/bin/bash
# Whether the part that this container runs serves.
set -eu

part=$(tr '\0' '\n' </proc/1/cmdline | grep -m1 -xE 'monitor|balancer|gateway|broker|gate|sink')
case $part in
  monitor) exec /opt/sluice/health.sh 8080 /observe/health ;;
  balancer | gateway) exec /opt/sluice/health.sh 5050 /health_check ;;
  gate) exec /opt/sluice/health.sh 2375 /_ping ;;
  sink) exec /opt/sluice/health.sh 8087 /observe/health ;;
  broker) : <"/dev/tcp/127.0.0.1/9092" ;;
esac
