#!/usr/bin/env bash
# Makes the image of the smallest server: a trimmed Java runtime, the system libraries that it needs, and one
# class. Needs no registry. Prints the image's name; does nothing if the engine has it already.
#   tiny.sh JAVA_HOME CLASSES MAIN
set -euo pipefail

java_home=$1 classes=$2 main=$3
class_file=${main//.//}.class
version=$( { cat "$0" "$java_home/release" "$classes/$class_file"; } | sha256sum | cut -c 1-12)
image=sluice-test-tiny:$version

if docker image inspect "$image" >/dev/null 2>&1; then
  printf '%s\n' "$image"
  exit
fi

root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
mkdir -p "$root/opt" "$root/tmp" "$root/etc" "$root/app/$(dirname "$class_file")"
"$java_home/bin/jlink" --add-modules java.base,java.logging,jdk.httpserver --strip-debug --no-header-files --no-man-pages \
  --generate-cds-archive --output "$root/opt/java" >&2
cp -r "$classes/${class_file%.class}"*.class "$root/app/$(dirname "$class_file")"
printf 'root:x:0:0:root:/:/none\n' >"$root/etc/passwd"

# The loader and the libraries keep their places, so that nothing has to be told where they are.
find "$root/opt/java" \( -name '*.so' -o -path '*/bin/java' \) -exec ldd {} + |
  awk '/=> \//{print $3} /^[[:space:]]*\/.*ld-/{print $1}' | sort -u |
  while IFS= read -r library; do
    case $library in
      "$root"/*) ;;
      *)
        mkdir -p "$root/$(dirname "$library")"
        cp -L "$library" "$root/$library"
        ;;
    esac
  done

tar -C "$root" --sort=name --owner=0 --group=0 --numeric-owner -c . |
  docker import \
    --change 'ENTRYPOINT ["/opt/java/bin/java", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx1g", "-cp", "/app", "'"$main"'"]' \
    - "$image" >&2
printf '%s\n' "$image"
