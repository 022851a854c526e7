#!/bin/bash
# Makes the cluster's secrets at its first start: the tokens of operators and of monitors among themselves in
# /run/sluice/cluster, which monitors read; that of balancers in /run/sluice/orders, which balancers read, too; and the
# password and token of the history's store in /run/sluice/history. What is there stays.
set -eu
umask 077

make() {
  [ -s "$1" ] || {
    head -c 24 /dev/urandom | base64 | tr '+/' '-_' >"$1.new"
    chmod "$2" "$1.new"
    sync "$1.new"
    mv "$1.new" "$1"
    printf 'made %s\n' "$1"
  }
}
make /run/sluice/cluster/token 0400
make /run/sluice/cluster/peer-token 0400
make /run/sluice/orders/token 0400
# InfluxDB, Telegraf and Grafana run as users of their own.
make /run/sluice/history/password 0444
make /run/sluice/history/token 0444
