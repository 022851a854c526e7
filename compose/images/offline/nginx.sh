#!/usr/bin/env bash
# Makes an image of Debian's nginx from the packages of this host: a web server that knows nothing of Sluice, as
# somebody else's image would be. It serves Debian's page of welcome on port 80. Prints nothing if it is there.
#   nginx.sh [--again]
set -euo pipefail
cd "$(dirname "$0")/../../.."

again=${1:-}
nginx=${NGINX_IMAGE:-nginx:1.22-bookworm}

# shellcheck source=roots.sh
. compose/images/offline/roots.sh

! have "$nginx" || exit 0
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
root_of "$work/root" base-files bash dash coreutils libc-bin nginx-light nginx-common

# What the packages do when they are installed, and what images of servers do with their logs.
mkdir -p "$work"/root/{etc/nginx/sites-enabled,var/www/html,var/log/nginx,var/lib/nginx}
ln -sf /etc/nginx/sites-available/default "$work/root/etc/nginx/sites-enabled/default"
cp /usr/share/nginx/html/index.html "$work/root/var/www/html/index.nginx-debian.html"
ln -sf /dev/stdout "$work/root/var/log/nginx/access.log"
ln -sf /dev/stderr "$work/root/var/log/nginx/error.log"
printf 'www-data:x:33:33:www-data:/var/www:/usr/sbin/nologin\n' >>"$work/root/etc/passwd"
printf 'www-data:x:33:\n' >>"$work/root/etc/group"
import "$work/root" "$nginx" --change 'EXPOSE 80' \
  --change 'CMD ["nginx", "-g", "daemon off;"]'
