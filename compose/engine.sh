# What up.sh, down.sh and compose.sh have in common; sourced by them. Sets compose, cluster, data and settings.

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
# What up.sh was told when it started the cluster: ports, history, address and images.
settings=$data/settings

# The engine's socket on its host, if the client was told of one.
case ${DOCKER_HOST:-} in
  unix://*) export SLUICE_ENGINE_SOCKET=${SLUICE_ENGINE_SOCKET:-${DOCKER_HOST#unix://}} ;;
esac

# Keeps them: every variable that compose.yml reads and somebody set.
keep_settings() {
  mkdir -p "$data"
  grep -o '\${[A-Z_0-9]*' compose.yml | tr -d '${' | sort -u | while IFS= read -r name; do
    [ -z "${!name:-}" ] || printf '%s=%q\n' "$name" "${!name}"
  done >"$settings"
}

# Takes them for what the shell does not say.
take_settings() {
  [ -f "$settings" ] || return 0
  local line name
  while IFS= read -r line; do
    name=${line%%=*}
    [ -n "${!name:-}" ] || eval "export $line"
  done <"$settings"
}
