#!/usr/bin/env bash
# Stops the cluster of compose.yml, and removes the servers that it started. What it has recorded stays in its volumes.
#   down.sh [OPTION OF compose down…]       --volumes: that goes, too
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

# shellcheck source=engine.sh
. ./engine.sh

# Monitors first: they would replace the servers.
"${compose[@]}" stop monitor1 monitor2 monitor3
docker ps --all --quiet --filter "label=sluice.cluster=$cluster" | while IFS= read -r server; do
  docker stop --time 3 "$server" >/dev/null && docker rm --force "$server" >/dev/null || true
done
"${compose[@]}" --profile history --profile dashboard --profile victoriametrics down "$@"
