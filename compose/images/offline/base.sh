#!/usr/bin/env bash
# Makes stand-ins for the public images that the Dockerfiles begin with, where no registry can be reached: the
# Debian base from the packages that are installed on this Debian host, the JDK image from it and the host's JDK
# 25. Takes seconds, needs no network; what the engine has already is left alone.
#   base.sh [--again]
set -euo pipefail
cd "$(dirname "$0")/../../.."

base=debian:bookworm-slim
jdk=eclipse-temurin:25-jdk

again=${1:-}
# shellcheck source=roots.sh
. compose/images/offline/roots.sh

if have "$base" && have "$jdk"; then
  exit
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
root_of "$work/root" base-files bash dash coreutils libc-bin zlib1g sed grep findutils
import "$work/root" "$base" --change 'CMD ["bash"]'

# shellcheck source=../../../.mvn/jdk.sh
. .mvn/jdk.sh
home=$(jdk_find)
mkdir -p "$work/root/opt/java"
# All of it but the sources: jlink looks whether a JDK is as it was built.
cp -a "$(readlink -f "$home")" "$work/root/opt/java/openjdk"
rm -f "$work/root/opt/java/openjdk/lib/src.zip"
# Debian's certificates are elsewhere on the host.
(cd "$work/root/opt/java/openjdk" && find . -type l -lname '/*') | while IFS= read -r link; do
  cp --remove-destination -L "$home/$link" "$work/root/opt/java/openjdk/$link"
done
import "$work/root" "$jdk" --change 'ENV JAVA_HOME=/opt/java/openjdk' \
  --change 'ENV PATH=/opt/java/openjdk/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'
