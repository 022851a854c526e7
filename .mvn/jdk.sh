# Finds the JDK that the project is built with and runs on; sourced by ./mvnw and ./sluice.

jdk_wanted=25

# The feature version of a JDK's home, from the file that every JDK carries; nothing if it is none.
jdk_version() {
  [ -x "$1/bin/javac" ] && [ -r "$1/release" ] || return 0
  sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release"
}

# Where JDKs are usually found, one a line. Runs in a subshell, so that the option is its own.
jdk_places() (
  set +f
  [ -z "${JAVA_HOME:-}" ] || printf '%s\n' "$JAVA_HOME"
  jdk_java=$(command -v java || true)
  if [ -n "$jdk_java" ]; then
    jdk_java=$(readlink -f "$jdk_java")
    printf '%s\n' "${jdk_java%/bin/java}"
  fi
  for jdk_place in /usr/lib/jvm/* /usr/java/* /opt/java/* /opt/jdk* \
    "$HOME"/.sdkman/candidates/java/* "$HOME"/.jdks/* "$HOME"/.jenv/versions/* \
    /Library/Java/JavaVirtualMachines/*/Contents/Home; do
    [ ! -d "$jdk_place" ] || printf '%s\n' "$jdk_place"
  done
)

# Prints the home of such a JDK; says what is missing, and fails, if there is none.
jdk_find() {
  jdk_looked=$(jdk_places)
  jdk_home=$(printf '%s\n' "$jdk_looked" | while IFS= read -r jdk_place; do
    if [ "$(jdk_version "$jdk_place")" = "$jdk_wanted" ]; then
      printf '%s\n' "$jdk_place"
      break
    fi
  done)
  if [ -z "$jdk_home" ]; then
    {
      printf '%s: no JDK %s found. Looked at JAVA_HOME, at java on the PATH, and at:\n' \
        "$(basename "$0")" "$jdk_wanted"
      printf '%s\n' "$jdk_looked" | sed 's/^/  /'
      printf 'Install one, such as Temurin %s, or set JAVA_HOME to where it is.\n' "$jdk_wanted"
    } >&2
    return 2
  fi
  printf '%s\n' "$jdk_home"
}
