#!/bin/sh
# Used by the Dockerfiles: takes the jars that were built before, or builds them from the sources, into /jars.
#   jars.sh MODULE JAR
set -eu

module=$1 jar=$module/target/$2
case $module in
  app) sources="schemas/src/main app/src/main" ;;
  gate) sources="schemas/src/main gate/src/main" ;;
  *) sources="schemas/src/main topology/src/main balancer/src/main gate/src/main provisioner/src/main app/src/main compose/src/main" ;;
esac
# shellcheck disable=SC2086  # One word for each directory.
if [ ! -f "$jar" ] || [ ! -d "$module/target/lib" ] || [ -n "$(find $sources -newer "$jar" -type f -print -quit)" ]; then
  echo "jars: $jar is not newer than all sources: building it" >&2
  ./mvnw -B --no-transfer-progress -Dmaven.test.skip=true -Dexec.skip=true -pl "$module" -am package
fi
mkdir -p /jars
cp -pr "$jar" "$module/target/lib" /jars/
