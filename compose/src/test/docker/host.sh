#!/usr/bin/env bash
# A host that tests can switch off: as long as it is on, a network namespace with an address of its own, and in it a
# Docker engine that is reached over TCP with TLS. All its processes, the containers' too, are in one PID namespace and
# end with it at once, as if the power were cut; its disk stays.
#   host.sh able                    whether this machine and user can do any of it
#   host.sh make DIR NAME NETWORK   a place for it, the certificates in DIR/client and DIR/stranger; prints the address.
#                                   NETWORK: the first three numbers of the addresses, such as 10.77.5
#   host.sh on DIR                  starts the engine, waits until it answers at unix://DIR/socket
#   host.sh off DIR                 cuts the power
#   host.sh unmake DIR              leaves nothing
set -euo pipefail

export PATH=$PATH:/usr/sbin:/sbin
sudo=
[ "$(id -u)" = 0 ] || sudo="sudo -n"

order=$1 dir=${2:-}

able() {
  local tool
  for tool in dockerd docker openssl ip nsenter unshare pgrep; do
    command -v "$tool" >/dev/null || return 1
  done
  $sudo unshare --net --pid --fork --mount-proc true
}

certificate() {
  local name=$1 authority=$2 into=$3
  shift 3
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj "/CN=$name" \
    -CA "$authority/ca.pem" -CAkey "$authority/ca-key.pem" "$@" -addext "basicConstraints=critical,CA:FALSE" \
    -keyout "$into/key.pem" -out "$into/cert.pem" 2>/dev/null
}

# One authority for the engine and its clients, and one that the engine does not know.
certificates() {
  local who
  mkdir -p "$dir"/{engine,client,stranger}
  for who in engine stranger; do
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj "/CN=$who's authority" \
      -keyout "$dir/$who/ca-key.pem" -out "$dir/$who/ca.pem" 2>/dev/null
  done
  cp "$dir/engine/ca.pem" "$dir/client/ca.pem"
  certificate engine "$dir/engine" "$dir/engine" -addext "subjectAltName=IP:$address" -addext extendedKeyUsage=serverAuth
  certificate client "$dir/engine" "$dir/client" -addext extendedKeyUsage=clientAuth
  certificate stranger "$dir/stranger" "$dir/stranger" -addext extendedKeyUsage=clientAuth
  # It knows whom it talks to; it is the engine that does not.
  cp "$dir/engine/ca.pem" "$dir/stranger/ca.pem"
}

make() {
  name=$1 network=$2
  mkdir -p "$dir"
  address=$network.2
  printf 'name=%s network=%s address=%s\n' "$name" "$network" "$address" >"$dir/host"
  certificates
  # The cable's socket: it stays when the host is off, so that nobody looks for the address elsewhere.
  $sudo ip link add "$name" type bridge
  $sudo ip addr add "$network.1/30" dev "$name"
  $sudo ip link set "$name" up
  printf '%s\n' "$address"
}

plug() {
  $sudo ip netns add "$name"
  $sudo ip link add "${name}o" type veth peer name "${name}i"
  $sudo ip link set "${name}o" master "$name" up
  $sudo ip link set "${name}i" netns "$name"
  $sudo ip -n "$name" addr add "$address/30" dev "${name}i"
  $sudo ip -n "$name" link set "${name}i" up
  $sudo ip -n "$name" link set lo up
  $sudo ip -n "$name" route add default via "$network.1"
}

on() {
  # What a host keeps in memory is not there after a start.
  $sudo rm -rf "$dir/pid" "$dir/exec"
  plug
  # The shell, not the engine, is the namespace's first process: it collects what its children leave.
  # shellcheck disable=SC2016  # Expanded by that shell.
  $sudo setsid nsenter --net="/run/netns/$name" unshare --pid --fork --kill-child --mount-proc bash -c '
      dir=$1 address=$2
      dockerd --data-root "$dir/data" --exec-root "$dir/exec" --pidfile "$dir/pid" --group "$3" --bip 172.31.255.1/24 \
        -H "unix://$dir/socket" -H "tcp://$address:2376" --tlsverify \
        --tlscacert "$dir/engine/ca.pem" --tlscert "$dir/engine/cert.pem" --tlskey "$dir/engine/key.pem" &
      wait' host "$dir" "$address" "$(id -gn)" </dev/null >>"$dir/log" 2>&1 &
  printf '%s\n' "$!" >"$dir/power"
  local tries
  for ((tries = 0; tries < 120; tries++)); do
    ! docker -H "unix://$dir/socket" version >/dev/null 2>&1 || return 0
    kill -0 "$!" 2>/dev/null || [ -n "$sudo" ] || break
    sleep 0.25
  done
  tail -n 20 "$dir/log" >&2
  echo "host: no Docker engine could be started" >&2
  return 1
}

off() {
  [ -f "$dir/power" ] || return 0
  # First, so that nothing of its end is heard of: no connection is closed, all fall silent.
  $sudo ip link delete "${name}o"
  # Of sudo, too, the namespace's first process is a descendant; with it everything in it goes.
  # shellcheck disable=SC2046  # One word for each process.
  $sudo kill -KILL $(descendants "$(cat "$dir/power")") 2>/dev/null || true
  $sudo ip netns delete "$name"
  rm -f "$dir/power" "$dir/socket"
}

descendants() {
  local child
  for child in $(pgrep -P "$1"); do
    descendants "$child"
  done
  printf '%s ' "$1"
}

unmake() {
  off
  # Of a start that failed.
  $sudo ip netns delete "$name" 2>/dev/null || true
  $sudo ip link delete "$name"
  $sudo rm -rf "$dir"
}

case $order in
  able)
    able
    exit
    ;;
  make)
    make "$3" "$4"
    exit
    ;;
esac
[ -f "$dir/host" ] || exit 0
# shellcheck disable=SC1091  # Written above.
. "$dir/host"
case $order in
  on) on ;;
  off) off ;;
  unmake) unmake ;;
esac
