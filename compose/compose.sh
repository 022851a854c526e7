#!/usr/bin/env bash
# Runs Docker Compose on the cluster that SLUICE_CLUSTER names, with the ports, the history and all else that up.sh was
# told when it started it.
#   compose.sh COMMAND…       such as: compose.sh ps, compose.sh stop kafka, compose.sh up --detach --no-deps monitor3
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

# shellcheck source=engine.sh
. ./engine.sh
take_settings

exec "${compose[@]}" "$@"
