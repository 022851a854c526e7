# Root file systems and images from the packages that are installed on this Debian host; sourced by the scripts here.

# Whether the engine has an image, and it need not be made again.
have() { [ "${again:-}" != --again ] && docker image inspect "$1" >/dev/null 2>&1; }

# The packages and all that they depend on, by what is installed here.
closure() {
  local queue=("$@") seen=" " package dependency
  while [ "${#queue[@]}" -gt 0 ]; do
    package=${queue[0]}
    queue=("${queue[@]:1}")
    case $seen in *" $package "*) continue ;; esac
    seen+="$package "
    printf '%s\n' "$package"
    while IFS= read -r dependency; do
      [ -z "$dependency" ] || queue+=("$dependency")
    done < <(dpkg-query -W -f '${Pre-Depends}, ${Depends}\n' "$package" | tr ',' '\n' |
      while IFS= read -r alternatives; do first_installed "$alternatives"; done)
  done
}

# Of "a (>= 1) | b:any" the first that is installed.
first_installed() {
  local alternative
  while IFS= read -r alternative; do
    alternative=${alternative%%(*}
    alternative=${alternative// /}
    alternative=${alternative%%:*}
    if [ -n "$alternative" ] && dpkg-query -W -f '${Status}' "$alternative" 2>/dev/null | grep -q ' installed$'; then
      printf '%s\n' "$alternative"
      return
    fi
  done < <(tr '|' '\n' <<<"$1")
}

# A root file system of these packages in a directory.
root_of() {
  local root=$1
  shift
  mkdir -p "$root"/usr/{bin,sbin,lib,lib64} "$root"/{tmp,etc,proc,sys,dev,var/tmp,run,root}
  for directory in bin sbin lib lib64; do
    ln -s "usr/$directory" "$root/$directory"
  done
  closure "$@" | xargs dpkg-query -L | sort -u |
    grep -vE '^/usr/share/(doc|man|info|locale|lintian|bug|i18n)(/|$)|^/\.$|^diverted|^package diverts' |
    while IFS= read -r file; do [ ! -e "$file" ] && [ ! -L "$file" ] || printf '%s\n' "${file#/}"; done |
    tar -C / -c --no-recursion -T - | tar -x -C "$root" --keep-directory-symlink
  [ -e "$root/usr/bin/sh" ] || ln -s dash "$root/usr/bin/sh"
  chmod 1777 "$root/tmp" "$root/var/tmp"
  printf 'root:x:0:0:root:/root:/bin/bash\nnobody:x:65534:65534::/nonexistent:/usr/sbin/nologin\n' >"$root/etc/passwd"
  printf 'root:x:0:\nnogroup:x:65534:\n' >"$root/etc/group"
  printf 'passwd: files\ngroup: files\nhosts: files dns\n' >"$root/etc/nsswitch.conf"
}

import() {
  local root=$1 name=$2
  shift 2
  tar -C "$root" --sort=name --owner=0 --group=0 --numeric-owner -c . | docker import "$@" - "$name" >/dev/null
  printf 'made %s\n' "$name"
}
