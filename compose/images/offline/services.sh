#!/usr/bin/env bash
# Makes stand-ins, under the names that compose.yml uses, for the services that a cluster needs, where no registry can
# be reached: Kafka from the project's own jars (which must be built: ./mvnw package), Redis from the Debian package
# redis-tools of this host, VictoriaMetrics from the package victoria-metrics if that is here. What the engine has
# already is left alone.
#   services.sh [--again]
set -euo pipefail
cd "$(dirname "$0")/../../.."

again=${1:-}
kafka=${KAFKA_IMAGE:-apache/kafka:4.4.0}
redis=${REDIS_IMAGE:-redis:7.2-bookworm}
victoria=${VICTORIAMETRICS_IMAGE:-victoriametrics/victoria-metrics:v1.79.5}

# shellcheck source=roots.sh
. compose/images/offline/roots.sh

compose/images/offline/base.sh "$@"
# One that was made from other files than these is made again; one without the label is not ours.
made_from=$(cat compose/images/offline/kafka/* | sha256sum | cut -c 1-16)
made_of_other() {
  case $(docker image inspect -f '{{index .Config.Labels "sluice.made-from"}}' "$kafka") in
    '' | "$made_from") return 1 ;;
  esac
}
if ! have "$kafka" || made_of_other; then
  [ -d compose/target/lib ] || {
    echo "services: no jars in compose/target/lib: ./mvnw package makes them" >&2
    exit 1
  }
  DOCKER_BUILDKIT=0 docker build -q -t "$kafka" --label "sluice.made-from=$made_from" \
    -f compose/images/offline/kafka/Dockerfile . >/dev/null
  printf 'made %s\n' "$kafka"
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
if ! have "$redis"; then
  root_of "$work/root" base-files bash dash coreutils libc-bin redis-tools
  # The server is the same program under another name.
  [ -e "$work/root/usr/bin/redis-server" ] || ln -s redis-check-rdb "$work/root/usr/bin/redis-server"
  # Whoever the container runs as keeps its data there.
  mkdir -m 1777 "$work/root/data"
  import "$work/root" "$redis" \
    --change 'WORKDIR /data' --change 'VOLUME /data' --change 'EXPOSE 6379' --change 'CMD ["redis-server"]'
fi
if ! have "$victoria" && command -v victoria-metrics >/dev/null; then
  root_of "$work/victoria" base-files bash dash coreutils libc-bin victoria-metrics
  mkdir -m 1777 "$work/victoria/storage"
  import "$work/victoria" "$victoria" \
    --change 'VOLUME /storage' --change 'EXPOSE 8428' --change 'ENTRYPOINT ["/usr/bin/victoria-metrics"]'
fi
