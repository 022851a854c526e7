#!/bin/bash
# Runs Kafka with a file of settings, as the script of this name in Kafka's own image.
set -eu
# shellcheck source=java.sh
. /opt/kafka/java.sh
exec "${java[@]}" kafka.Kafka "$1"
