#!/bin/sh
# What a newcomer does: README's commands on a Debian 12 with nothing installed. Makes a minimal
# system in a folder, clones this tree into it (what is committed, that is), and runs every line of
# the README's first `sh` block there. Needs root, debootstrap, git; takes the mirror that this
# machine's apt uses.
set -eu
here=$(cd "$(dirname "$0")/../.." && pwd)
folder=$(mktemp -d)
trap 'umount "$folder/proc" 2>/dev/null || true; rm -rf --one-file-system "$folder"' EXIT
trap 'exit 1' HUP INT TERM

# shellcheck disable=SC2016 # the dollars are apt's
mirror=$(apt-get indextargets --format '$(SITE) $(CODENAME) $(COMPONENT)' |
    awk '$2 == "bookworm" && $3 == "main" && !seen++ { print $1 }')
[ -n "$mirror" ] || { echo "apt has no mirror of bookworm" >&2; exit 1; }

debootstrap --variant=minbase bookworm "$folder" "$mirror"
for file in /etc/resolv.conf /etc/hosts /etc/apt/apt.conf.d/*[Pp]roxy*; do
    if [ -e "$file" ]; then cp -L "$file" "$folder$file"; fi
done
mount -t proc proc "$folder/proc"
git clone --quiet "$here" "$folder/root/quern"

commands=$(awk '/^```/ { if (inside) exit; inside = /sh$/; next } inside' "$here/README.md")
[ -n "$commands" ] || { echo "README.md has no block of commands" >&2; exit 1; }
chroot "$folder" /usr/bin/env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin \
    ${http_proxy:+http_proxy="$http_proxy"} ${https_proxy:+https_proxy="$https_proxy"} \
    /bin/sh -c "set -ex; cd /root/quern; $commands"
