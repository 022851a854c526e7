#!/usr/bin/env bash
# A worker on a list in Redis. It takes one job at a time, does it, and says that it is done; on SIGTERM it finishes the
# job that it has and ends. Wants REDIS_HOST, QUEUE, and takes REDIS_PORT and JOB_SECONDS.
# A job that was taken stands in taken:SERVER until it is done, so that none is lost with a worker that dies.
set -euo pipefail
export LC_ALL=C

ended=
trap 'ended=yes' TERM INT
exec 3<>"/dev/tcp/${REDIS_HOST:?where Redis is}/${REDIS_PORT:-6379}"

# Sends the words of a command; its answer is in $answer, empty if there is none.
ask() {
  local word head
  {
    printf '*%d\r\n' $#
    for word in "$@"; do printf '$%d\r\n%s\r\n' ${#word} "$word"; done
  } >&3
  IFS= read -r -u 3 head
  head=${head%$'\r'}
  answer=
  case $head in
    '$-1' | '*-1' | '_') ;;
    '$'*)
      IFS= read -r -u 3 answer
      answer=${answer%$'\r'}
      ;;
    -*)
      echo "Redis says: ${head#-}" >&2
      exit 1
      ;;
    *) answer=${head#?} ;;
  esac
}

taken=taken:${SLUICE_SERVER:?set by Sluice}
echo "$SLUICE_SERVER takes jobs from ${QUEUE:?the list}"
while [ -z "$ended" ]; do
  ask LMOVE "$QUEUE" "$taken" LEFT RIGHT
  job=$answer
  if [ -z "$job" ]; then
    sleep 0.2 || true
    continue
  fi
  # In the background, since what waits in the foreground hears of no signal.
  sleep "${JOB_SECONDS:-2}" &
  pid=$!
  while kill -0 "$pid" 2>/dev/null; do wait "$pid" || true; done
  ask RPUSH done "$job"
  ask LREM "$taken" 1 "$job"
  echo "$job is done"
done
echo "$SLUICE_SERVER ends"
