# What up.sh and down.sh have in common; sourced by them. Sets compose, cluster and data.

# Compose v2 if it is there, the older docker-compose otherwise.
if docker compose version >/dev/null 2>&1; then
  compose=(docker compose)
else
  compose=(docker-compose)
fi

if [ -z "${SLUICE_CLUSTER:-}" ]; then
  SLUICE_CLUSTER=$(sed -n 's/^SLUICE_CLUSTER=//p' .env)
fi
# One name for all: containers and networks of the cluster's parts, and the servers that it starts.
export SLUICE_CLUSTER COMPOSE_PROJECT_NAME=${COMPOSE_PROJECT_NAME:-$SLUICE_CLUSTER}
cluster=$SLUICE_CLUSTER
data=${SLUICE_DATA:-$HOME/.sluice}/compose-$cluster

# The engine's socket on its host, if the client was told of one.
case ${DOCKER_HOST:-} in
  unix://*) export SLUICE_ENGINE_SOCKET=${SLUICE_ENGINE_SOCKET:-${DOCKER_HOST#unix://}} ;;
esac
