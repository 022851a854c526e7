#!/usr/bin/env bash
# An engine's first start: a dockerd in a network namespace of its own, where no docker0 ever was, with a data directory
# that is new. All its processes are in one PID namespace and end with it.
#   first-start.sh able                    whether this machine and user can do it
#   first-start.sh on DIR [OPTION...]      starts it with these options more, waits until it answers at DIR/socket
#   first-start.sh bridge DIR              the address that its bridge really has
#   first-start.sh off DIR                 ends it and leaves nothing
set -euo pipefail

export PATH=$PATH:/usr/sbin:/sbin
sudo=
[ "$(id -u)" = 0 ] || sudo="sudo -n"

order=$1 dir=${2:-}

descendants() {
  local child
  for child in $(pgrep -P "$1"); do
    descendants "$child"
  done
  printf '%s ' "$1"
}

case $order in
  able)
    for tool in dockerd docker ip nsenter unshare pgrep; do
      command -v "$tool" >/dev/null
    done
    $sudo unshare --net --pid --fork --mount-proc true
    ;;
  on)
    shift 2
    mkdir -p "$dir"
    # shellcheck disable=SC2016  # Expanded by that shell.
    $sudo setsid unshare --net --pid --fork --kill-child --mount-proc bash -c '
        dir=$1 group=$2
        shift 2
        ip link set lo up
        dockerd --data-root "$dir/data" --exec-root "$dir/exec" --pidfile "$dir/pid" --group "$group" \
          -H "unix://$dir/socket" "$@" &
        wait' first-start "$dir" "$(id -gn)" "$@" </dev/null >"$dir/log" 2>&1 &
    printf '%s\n' "$!" >"$dir/power"
    for ((tries = 0; tries < 120; tries++)); do
      ! docker -H "unix://$dir/socket" version >/dev/null 2>&1 || exit 0
      kill -0 "$!" 2>/dev/null || [ -n "$sudo" ] || break
      sleep 0.25
    done
    tail -n 20 "$dir/log" >&2
    echo "first-start: no Docker engine could be started" >&2
    exit 1
    ;;
  bridge)
    # Of those in the namespace, the last that was started is in it for sure.
    # shellcheck disable=SC2046  # One word for each process.
    set -- $(descendants "$(cat "$dir/power")")
    $sudo nsenter --target "$1" --net ip -4 -o addr show docker0 | awk '{sub(/\/.*/, "", $4); print $4}'
    ;;
  off)
    # shellcheck disable=SC2046  # One word for each process.
    $sudo kill -KILL $(descendants "$(cat "$dir/power")") 2>/dev/null || true
    for ((tries = 0; tries < 40; tries++)); do
      ! $sudo rm -rf "$dir" 2>/dev/null || exit 0
      sleep 0.25
    done
    echo "first-start: $dir can't be removed" >&2
    exit 1
    ;;
esac
