#!/bin/bash
# Whether a server on this container answers 200: health.sh PORT PATH. The base image has no program for that.
set -eu

exec {answer}<>"/dev/tcp/127.0.0.1/$1"
printf 'GET %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n' "$2" >&"$answer"
IFS= read -r -t 3 line <&"$answer"
# A server takes it for a fault if nobody reads what it says; some keep the connection open nevertheless.
while IFS= read -r -t 0.3 _ <&"$answer"; do :; done
[[ $line == HTTP/1.1\ 200* ]]
