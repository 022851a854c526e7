#!/usr/bin/env bash
# Stops the cluster of compose.yml, and removes the servers that it started. What it has recorded stays in its volumes.
#   down.sh [OPTION OF compose down…]       --volumes: that goes, too
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

# shellcheck source=engine.sh
. ./engine.sh
take_settings

there() { [ -n "$(docker ps --all --quiet --filter "label=$1")" ]; }
if ! there "com.docker.compose.project=$COMPOSE_PROJECT_NAME" && ! there "sluice.cluster=$cluster" && [ $# = 0 ]; then
  echo "down: no cluster '$cluster' on this engine: SLUICE_CLUSTER names another" >&2
  exit 2
fi

# Monitors first: they would replace the servers.
"${compose[@]}" stop monitor1 monitor2 monitor3
docker ps --all --quiet --filter "label=sluice.cluster=$cluster" | while IFS= read -r server; do
  docker stop --time 3 "$server" >/dev/null && docker rm --force "$server" >/dev/null || true
done
"${compose[@]}" --profile history --profile dashboard --profile victoriametrics down "$@"
# A token opens nothing any more once its cluster's volumes are gone.
if [[ " $* " == *" --volumes "* || " $* " == *" -v "* ]]; then
  rm -f "$data/token" "$settings"
fi
